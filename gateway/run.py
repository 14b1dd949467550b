"""Builds the gateway from its settings, runs it, stops it in reverse.  Knows concrete things."""

import gc
import logging
import signal
import time
from dataclasses import replace
from pathlib import Path

from gateway.addresses import Addresses
from gateway.album.keeper import AlbumKeeper
from gateway.alertpath import AlertPath
from gateway.desk import BROKER, OTHER_GATEWAY, Desk
from gateway.frames import FrameFolder
from gateway.guards import make_guards
from gateway.inbox import Inbox
from gateway.incidents import Incidents
from gateway.keyring import CertificateFolder
from gateway.listening import make_answers
from gateway.loop import Loop
from gateway.outbox import RESTART_GAP, Outbox
from gateway.ports import Ports
from gateway.register import Register, load_register, with_cameras
from gateway.revoked import read_revoked
from gateway.rounds import Rounds
from gateway.seals import NO_KEYRING, Keyring
from gateway.settings import GatewaySettings
from gateway.store import Store
from gateway.supervision import Supervision
from gateway.troubles import Troubles
from gateway.upkeep import Upkeep
from gateway.wanted import WantedFolder
from gateway.ways import forgetful, hosts_of, make_ways
from gateway.work import Now
from gateway.zones import Zones
from service import exits
from service.clock import believable, kernel_is_synchronised
from service.events import Reload, Stop
from service.link import Link
from service.notify import Watchdog, notify
from service.sealed import Sealed, seals_by, signer_with
from service.settings import load
from wire.ids import CameraId, EndpointName, Monotonic, RoomId, Seconds, SiteId, Wall
from wire.topics import all_incidents, all_up

log = logging.getLogger(__name__)


def read_clocks() -> Now:
    """Read both clocks of this machine."""
    return Now(Monotonic(time.monotonic()), Wall(time.time()))


def read_register(settings: GatewaySettings) -> Register:
    """Read the register, the cameras' own rooms and who is revoked; raises SettingsError."""
    rooms = {CameraId(c.id): [RoomId(room) for room in c.rooms] for c in settings.camera}
    register = with_cameras(load_register(settings.site.rooms), rooms, settings.site.rooms)
    if settings.trust is None or settings.trust.revoked is None:
        return register
    return replace(register, revoked=read_revoked(settings.trust.revoked))


def read_zones(settings: GatewaySettings, register: Register) -> Zones:
    """Give every room its zone, and keep the new ones; raises SettingsError."""
    zones = Zones(settings.store.path.with_suffix(".zones"), settings.site.rooms)
    zones.take(register)
    return zones


def run_gateway(settings: GatewaySettings, path: Path) -> int:
    """Run until SIGTERM or SIGINT; SIGHUP reads the register at `path` again."""
    inbox = Inbox()
    register = read_register(settings)
    zones = read_zones(settings, register)
    site = SiteId(settings.site.id)
    now = read_clocks()

    store = Store(settings.store.path, inbox.put)
    names = [EndpointName(endpoint.name) for endpoint in settings.endpoint]
    held = store.load(names, now.mono)
    receipts = held.receipts | {name: set() for name in forgetful(settings)}
    for incident in held.incidents:
        incident.version += RESTART_GAP
    incidents = Incidents(site, Seconds(settings.incidents.join_minutes * 60.0))
    incidents.restore(held.incidents, held.closed)
    addresses = Addresses(hosts_of(settings), settings.store.path.with_suffix(".addresses"))
    ways = make_ways(settings, zones, addresses, inbox.put)
    outbox = Outbox(ways.terms)
    troubles = Troubles(site)
    keyring = _keyring(settings, inbox)
    alerts = AlertPath(site, register, incidents, outbox, troubles, keyring)
    alerts.restored(held.incidents, receipts, now)
    watch = Supervision(register.by_unit, now.mono)
    other = seals_by(settings.standby.sealed_by if settings.standby else None)
    desk = Desk(site, alerts, outbox, troubles, watch, keyring, other)

    link = Link(BROKER, settings.mqtt, f"gateway-{site}", [all_up(site)], inbox.put)
    links = [link, *_other_gateway(settings, inbox)]
    watchdog = Watchdog({"mqtt": lambda _: all(map(Link.alive, links)), "store": store.turning})

    def each_turn(at: Monotonic) -> None:
        for part in watchdog.tick(at):
            log.error("no sign of progress from: %s", part)

    def reload() -> Register:
        return zones.take(read_register(load(path, GatewaySettings)))

    answers = make_answers(settings, addresses, inbox.put)
    looks = [addresses.look, store.look, *ways.looks, *(each.look for each in answers)]
    upkeep = Upkeep(_certificates(settings), looks, inbox.put)
    frames = FrameFolder(settings.frames.folder)
    rounds = Rounds([CameraId(each.id) for each in settings.camera], frames, inbox.put)
    album = _album(settings, frames, inbox)
    speaker = Sealed(link, signer_with(settings.mqtt.key)) if settings.mqtt.key else link
    wanted = WantedFolder(settings.frames.folder)
    ports = Ports(speaker, store, ways.senders, frames, wanted, album, ways.centres)
    loop = Loop(site, desk, ports, inbox, read_clocks, reload, each_turn)
    _hear_signals(inbox)
    guards = make_guards(settings, links, inbox.put)
    parts = [store.start, addresses.start, upkeep.start, rounds.start, album.start]
    parts += [each.start for each in (*guards, *ways.senders.values(), *answers, *links)]
    for start in parts:
        start()
    gc.collect()
    gc.freeze()
    notify("READY=1")
    log.info("ready")
    try:
        loop.run()
    finally:
        notify("STOPPING=1")
        for each in links:
            each.stop()
        store.stop(within=2.0)
    return exits.GOOD


def _hear_signals(inbox: Inbox) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: inbox.put(Stop()))
    signal.signal(signal.SIGHUP, lambda *_: inbox.put(Reload()))


def _other_gateway(settings: GatewaySettings, inbox: Inbox) -> list[Link]:
    if settings.standby is None:
        return []
    site = SiteId(settings.site.id)
    topics = [all_incidents(site)]
    name = f"standby-{site}"
    return [Link(OTHER_GATEWAY, settings.standby.primary, name, topics, inbox.put)]


def _keyring(settings: GatewaySettings, inbox: Inbox) -> Keyring:
    if settings.trust is None:
        return NO_KEYRING
    keyring = CertificateFolder(settings.trust.units, inbox.put)
    keyring.start()
    return keyring


def _album(settings: GatewaySettings, frames: FrameFolder, inbox: Inbox) -> AlbumKeeper:
    pictures = settings.pictures
    return AlbumKeeper(
        settings.album,
        frames,
        Seconds(pictures.before_seconds),
        pictures.retention_days,
        inbox.put,
        read_clocks,
        lambda now: believable(now, kernel_is_synchronised()),
    )


def _certificates(settings: GatewaySettings) -> list[Path]:
    """Ours, and those of whom we trust."""
    brokers = [settings.mqtt, *([settings.standby.primary] if settings.standby else [])]
    files = [file for broker in brokers for file in (broker.ca, broker.cert)]
    files += [file for each in settings.endpoint for file in (each.ca, each.cert)]
    return list(dict.fromkeys(file for file in files if file))
