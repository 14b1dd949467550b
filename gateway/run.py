"""Builds the gateway from its settings, runs it, stops it in reverse.  Knows concrete things."""

import gc
import logging
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from gateway.addresses import Addresses
from gateway.album.keeper import AlbumKeeper
from gateway.alertpath import AlertPath
from gateway.desk import BROKER, OTHER_GATEWAY, Desk
from gateway.frames import FrameFolder
from gateway.inbox import Inbox
from gateway.incidents import Incidents
from gateway.loop import Loop
from gateway.outbox import RESTART_GAP, Outbox, Terms
from gateway.papers import Papers
from gateway.ports import Ports
from gateway.register import Register, load_register, with_cameras
from gateway.report import ReportWriter
from gateway.rounds import Rounds
from gateway.sender import Sender
from gateway.settings import Endpoint, GatewaySettings
from gateway.store import Store
from gateway.supervision import Supervision
from gateway.troubles import Troubles
from gateway.upkeep import Upkeep
from gateway.wanted import WantedFolder
from gateway.work import Now, Way
from service import exits
from service.clock import believable, kernel_is_synchronised
from service.events import Reload, Stop
from service.link import Link
from service.notify import Watchdog, notify
from service.settings import load
from wire.ids import CameraId, EndpointName, Monotonic, RoomId, Seconds, SiteId, Wall
from wire.topics import all_incidents, all_up

log = logging.getLogger(__name__)

# An endpoint's backup address is tried when the first has given no receipt for so long.
_BACKUP_AFTER: Final = 2.0


def read_clocks() -> Now:
    """Read both clocks of this machine."""
    return Now(Monotonic(time.monotonic()), Wall(time.time()))


def read_register(settings: GatewaySettings) -> Register:
    """Read the register and the cameras' own rooms; raises SettingsError."""
    rooms = {CameraId(c.id): [RoomId(room) for room in c.rooms] for c in settings.camera}
    return with_cameras(load_register(settings.site.rooms), rooms, settings.site.rooms)


def run_gateway(settings: GatewaySettings, path: Path) -> int:
    """Run until SIGTERM or SIGINT; SIGHUP reads the register at `path` again."""
    inbox = Inbox()
    register = read_register(settings)
    site = SiteId(settings.site.id)
    now = read_clocks()

    store = Store(settings.store.path, inbox.put)
    names = [EndpointName(endpoint.name) for endpoint in settings.endpoint]
    held = store.load(names, now.mono)
    for incident in held.incidents:
        incident.version += RESTART_GAP
    incidents = Incidents(site, Seconds(settings.incidents.join_minutes * 60.0))
    incidents.restore(held.incidents, held.closed)
    outbox = Outbox(_terms(settings), ReportWriter(_site(settings)))
    troubles = Troubles(site)
    alerts = AlertPath(site, register, incidents, outbox, troubles)
    alerts.restored(held.receipts, now)
    desk = Desk(site, alerts, outbox, troubles, Supervision(register.by_unit, now.mono))

    hosts = [urlsplit(url).hostname or "" for each in settings.endpoint for url in each.urls]
    addresses = Addresses(hosts, settings.store.path.with_suffix(".addresses"))
    papers = [_papers(endpoint) for endpoint in settings.endpoint]
    senders = _senders(settings.endpoint, papers, addresses, inbox)
    link = Link(BROKER, settings.mqtt, f"gateway-{site}", [all_up(site)], inbox.put)
    links = [link, *_other_gateway(settings, inbox)]
    watchdog = Watchdog({"mqtt": lambda _: all(map(Link.alive, links)), "store": store.turning})

    def each_turn(at: Monotonic) -> None:
        for part in watchdog.tick(at):
            log.error("no sign of progress from: %s", part)

    def reload() -> Register:
        return read_register(load(path, GatewaySettings))

    looks = [addresses.look, store.look, *(each.look for each in papers)]
    upkeep = Upkeep(_certificates(settings), looks, inbox.put)
    frames = FrameFolder(settings.frames.folder)
    rounds = Rounds([CameraId(each.id) for each in settings.camera], frames, inbox.put)
    album = _album(settings, frames, inbox)
    ports = Ports(link, store, senders, frames, WantedFolder(settings.frames.folder), album)
    loop = Loop(site, desk, ports, inbox, read_clocks, reload, each_turn)
    _hear_signals(inbox)
    store.start()
    addresses.start()
    upkeep.start()
    rounds.start()
    album.start()
    for sender in senders.values():
        sender.start()
    for each in links:
        each.start()
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


def _terms(settings: GatewaySettings) -> Mapping[Way, Terms]:
    """Every way: an endpoint's backup waits for its first address, a standby for the primary."""
    wait = settings.standby.after_seconds if settings.standby else 0.0
    return {
        way: Terms(EndpointName(each.name), each.receipt, Seconds(wait + number * _BACKUP_AFTER))
        for each in settings.endpoint
        for number, (way, _) in enumerate(_ways(each))
    }


def _papers(endpoint: Endpoint) -> Papers:
    return Papers(
        EndpointName(endpoint.name),
        endpoint.ca,
        endpoint.cert,
        endpoint.key,
        endpoint.secret_file or None,
    )


def _senders(
    endpoints: Sequence[Endpoint], papers: Sequence[Papers], addresses: Addresses, inbox: Inbox
) -> Mapping[Way, Sender]:
    return {
        way: Sender(url, each, addresses, inbox.put)
        for endpoint, each in zip(endpoints, papers, strict=True)
        for way, url in _ways(endpoint)
    }


def _ways(endpoint: Endpoint) -> list[tuple[Way, str]]:
    names = (Way(endpoint.name), Way(f"{endpoint.name}/backup"))
    return list(zip(names, endpoint.urls, strict=False))


def _other_gateway(settings: GatewaySettings, inbox: Inbox) -> list[Link]:
    if settings.standby is None:
        return []
    site = SiteId(settings.site.id)
    topics = [all_incidents(site)]
    name = f"standby-{site}"
    return [Link(OTHER_GATEWAY, settings.standby.primary, name, topics, inbox.put)]


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


def _site(settings: GatewaySettings) -> Mapping[str, Any]:
    site = settings.site
    return {
        "id": site.id,
        "name": site.name,
        "address": site.address.model_dump() if site.address else None,
        "geo": site.geo.model_dump() if site.geo else None,
        "phone": site.phone,
    }
