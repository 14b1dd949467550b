"""The gateway: every part built from its settings, started, and stopped in reverse order."""

import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from gateway.app.channels import forgetful, hosts_of, make_channels
from gateway.app.conditions import Conditions
from gateway.app.console_actions import console_actions
from gateway.app.effects import EffectRunner
from gateway.app.housekeeping import HealthChecks, certificates_of, units_ending
from gateway.app.inbox import Inbox
from gateway.app.kept_aside import is_clock_set, make_album, make_evidence
from gateway.app.links import make_links, watchers_of, way_to_first
from gateway.app.live_pictures import StoredLivePictures
from gateway.app.loop import Loop
from gateway.app.ports import Ports, Startable
from gateway.app.sign_of_life import SignOfLife
from gateway.app.stopping import stop_all
from gateway.app.thread_watch import ThreadWatch
from gateway.app.units_told import UnitsTold
from gateway.cameras.frames import FrameFolder
from gateway.cameras.leases import CameraLeases, Holder
from gateway.cameras.monitor import CameraMonitor
from gateway.config.load import read_register_or_last_good, read_zones
from gateway.config.pending import pending
from gateway.config.register_reader import RegisterReader
from gateway.config.settings import GatewaySettings
from gateway.core.delivery.outbox import Outbox
from gateway.core.dispatcher import Dispatcher
from gateway.core.events import HealthStatus
from gateway.core.incidents.authenticity import NO_KEYRING, Keyring
from gateway.core.incidents.registry import Incidents
from gateway.core.site import Register
from gateway.core.supervision.home_states import HomeStates
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import Now
from gateway.fleet.snapshot import SnapshotFile
from gateway.notices.health import HealthOfNotices, health_file
from gateway.receivers.resolver import CachingResolver
from gateway.store.retention import Retention
from gateway.store.writer import Store
from gateway.trust.keyring import CertificateFolder
from service.life_sign import LifeSign
from service.notify import Watchdog, notify
from service.sealed import SigningLink, seals_by, signer_with
from wire.gateway_troubles import SETTINGS_PENDING
from wire.ids import CameraId, EndpointName, Monotonic, Seconds, SiteId, Wall

log = logging.getLogger(__name__)

# Half of the service's TimeoutStopSec: nothing is killed while it writes.
_STOPS_WITHIN = 5.0
# Python's own 700 new objects make the collector take a tenth of a storm (2,000 presses: 184 ms to
# the last report, 167 ms without); what it looks for is some kilobytes of cycles.
_COLLECT_AFTER = 20_000


def read_clocks() -> Now:
    """Read both clocks of this machine."""
    return Now(Monotonic(time.monotonic()), Wall(time.time()))


class Gateway:
    """Built whole from `settings`, read from `path`; raises what a part raises that cannot start.

    What goes into `inbox` is handled while `run` runs: Stop ends it, Reload reads `path` again.
    """

    def __init__(self, settings: GatewaySettings, path: Path) -> None:
        self.inbox = Inbox()
        self._settings = settings
        self._path = path
        self._site = SiteId(settings.site.id)
        register = read_register_or_last_good(settings)
        self._zones = read_zones(settings, register)
        self._reader = RegisterReader(path, settings, self._take, self.inbox.put)
        retention = Retention(settings.store.retention_days, is_clock_set)
        self._store = Store(settings.store.path, self.inbox.put, retention)
        addresses = settings.store.path.with_suffix(".addresses")
        self._resolver = CachingResolver(hosts_of(settings), addresses, self.inbox.put)
        self._frames = FrameFolder(settings.frames.pictures)
        self._leases = CameraLeases(settings.frames.leases, Holder.GATEWAY)
        self._live = StoredLivePictures(settings.store.path, self._frames, self._leases, register)
        self._channels = make_channels(
            settings, self._zones, self._resolver, self._live, self.inbox, self.inbox.put
        )
        self._links = [*make_links(settings, self.inbox)]
        for link in self._links:
            self.inbox.watch(link)
        self._console = console_actions(settings, register, self.inbox.put)
        self._album = make_album(settings, self._frames, self.inbox.put, read_clocks)
        self._evidence = make_evidence(settings, self.inbox.put, read_clocks)
        checks = {"mqtt": self._links_alive, "store": self._store.alive}
        self._life_sign = SignOfLife(LifeSign(settings.frames.told), self._store.works)
        self._threads = ThreadWatch()
        self._watchdog = Watchdog(checks, self._life_sign.give)
        dispatcher = self._dispatcher(register)
        self._told = UnitsTold(SnapshotFile(settings.frames.told), dispatcher, read_clocks().mono)
        self._loop = Loop(
            dispatcher,
            EffectRunner(self._site, self._ports()),
            self._frames,
            self.inbox,
            read_clocks,
            self._reader.read_again,
            Conditions(self.inbox, self._links, self._store, self._reader, self._threads).standing,
            self._each_turn,
        )

    def run(self) -> None:
        """Start every part, turn until Stop comes, stop what must be stopped."""
        for start in self._starts():
            start()
        self._threads.begin()
        # What lives as long as the process is left out of every collection from here on.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)
        notify("READY=1")
        log.info("ready")
        try:
            self._loop.run()
        finally:
            notify("STOPPING=1")
            self._life_sign.take_back()
            for link in self._links:
                link.stop()
            stop_all((self._store, *self._channels.centres, self._evidence), _STOPS_WITHIN)

    def _dispatcher(self, register: Register) -> Dispatcher:
        """The core as the disk knows it."""
        settings, now = self._settings, read_clocks()
        names = [EndpointName(endpoint.name) for endpoint in settings.endpoint]
        saved = self._store.load(names, now.mono)
        for incident in saved.incidents:
            incident.resume(now)
        incidents = Incidents(self._site, Seconds(settings.incidents.merge_minutes * 60.0))
        incidents.restore(saved.incidents, saved.closed, saved.ended)
        dispatcher = Dispatcher(
            self._site,
            register,
            incidents,
            Outbox(self._channels.terms),
            Troubles(self._site),
            now,
            _keyring(settings, self.inbox),
            seals_by(settings.standby.gateway_cert if settings.standby else None),
        )
        home = settings.home_assistant
        if home and home.discovery:
            dispatcher.state.home = HomeStates(
                self._site,
                settings.site.name,
                lambda: dispatcher.register,
                incidents,
                dispatcher.is_lost,
            )
        receipts = saved.receipts | {name: set() for name in forgetful(settings)}
        dispatcher.restored(saved.incidents, receipts, now, saved.exercises)
        return dispatcher

    def _ports(self) -> Ports:
        settings, link = self._settings, self._links[0]
        key = settings.mqtt.key
        return Ports(
            SigningLink(link, signer_with(key)) if key else link,
            self._store,
            self._channels.senders,
            self._frames,
            self._leases,
            self._album,
            self._evidence,
            self._channels.centres,
            way_to_first(settings, self._links),
        )

    def _starts(self) -> Iterator[Callable[[], None]]:
        """What has a thread of its own, in the order in which it starts; the links are last."""
        settings, put = self._settings, self.inbox.put
        checks = [self._resolver.check, self._store.damaged, self._pending, self._evidence.check]
        checks += self._channels.checks
        if settings.notices:
            file = health_file(settings.notices.path)
            checks.append(HealthOfNotices(file, read_clocks().mono).check)
        if settings.trust:
            checks.append(partial(_units_ending, settings.trust.unit_certificates))
        health = HealthChecks(certificates_of(settings), checks, put)
        cameras = [CameraId(each.id) for each in settings.camera]
        parts: Sequence[Startable] = (
            self._store,
            self._resolver,
            health,
            CameraMonitor(cameras, self._frames, put),
            self._album,
            self._evidence,
            self._reader,
            self._console,
            *watchers_of(settings, self._links, put),
            *self._channels.starts,
            *self._links,
        )
        return (part.start for part in parts)

    def _take(self, register: Register) -> Register:
        register = self._zones.take(register)
        self._live.update(register)
        self._console.update(register)
        return register

    def _pending(self) -> HealthStatus:
        changed = pending(self._path, self._settings)
        words = f"changed and not yet in use: {', '.join(changed)}" if changed else None
        return HealthStatus(SETTINGS_PENDING.name(), words)

    def _each_turn(self, at: Monotonic) -> None:
        self._store.check(at)
        self._life_sign.check()
        self._told.check(at)
        self._threads.check(at)
        for part in self._watchdog.tick(at):
            log.error("no sign of progress from: %s", part)

    def _links_alive(self, _now: Monotonic) -> bool:
        return all(link.alive() for link in self._links)


def _keyring(settings: GatewaySettings, inbox: Inbox) -> Keyring:
    if settings.trust is None:
        return NO_KEYRING
    keyring = CertificateFolder(settings.trust.unit_certificates, inbox.put)
    keyring.start()
    return keyring


def _units_ending(folder: Path) -> HealthStatus:
    return units_ending(folder, Wall(time.time()))
