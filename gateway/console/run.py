"""Builds the console from its settings and runs it.  Knows concrete things."""

import asyncio
import logging
import secrets
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import uvicorn
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette

from gateway.actionbox import ActionBox
from gateway.album.reader import Album
from gateway.console.app import make_app
from gateway.console.door import Door
from gateway.console.export import Export
from gateway.console.live import Live
from gateway.console.news import News
from gateway.console.pages import IncidentPages
from gateway.console.places import PlaceFiles
from gateway.console.plans import Plans
from gateway.console.records import Records
from gateway.console.registry import Registry
from gateway.console.school import SchoolPages
from gateway.console.sessions import Sessions
from gateway.console.telling import tell
from gateway.frames import FrameFolder
from gateway.links import link_key
from gateway.people import People
from gateway.run import read_register
from gateway.settings import Console, GatewaySettings
from gateway.wanted import WantedFolder
from gateway.ways import links_by, site_part
from service import exits
from service.notify import Watchdog, notify
from service.renewal import Identity, Renewal
from service.settings import load
from wire.ids import IncidentId, Monotonic, Wall
from wire.moment import write_moment

log = logging.getLogger(__name__)

_FEED_EVERY: Final = 1.0


def run_console(settings: GatewaySettings, path: Path) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    console = settings.console
    if console is None:
        log.critical("%s has no [console] table: there is nothing to serve", path)
        return exits.BAD_CONFIGURATION
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        door = _listen(console)
        app, works = _build(settings, console, path)
    except (OSError, sqlite3.Error) as error:
        log.critical("cannot start: %s", error)
        return exits.PROBLEM
    config = uvicorn.Config(app, **_bounds(console))
    config.load()  # before the certificate can be renewed, or the old one would be shown on
    _keep_renewed(settings, console, config)
    with door:
        asyncio.run(_serve(config, door, works))
    return exits.GOOD


def _keep_renewed(settings: GatewaySettings, console: Console, config: uvicorn.Config) -> None:
    """Have a certificate of the school's own authority renewed; the next connection shows it."""
    own, ca, cert, key = settings.authority, settings.mqtt.ca, console.cert, console.key
    if own is None or ca is None or cert is None or key is None:
        return

    def taken() -> None:
        if config.ssl:
            config.ssl.load_cert_chain(cert, key)

    Renewal(own.renewal, [Identity(ca, cert, key, taken)], log.error).start()


Works = list[Callable[[], Coroutine[Any, Any, None]]]


def _build(settings: GatewaySettings, console: Console, path: Path) -> tuple[Starlette, Works]:
    secure = console.cert is not None
    records, album = Records(settings.store.path), Album(settings.album)
    registry = Registry(settings.site.rooms, lambda: read_register(load(path, GatewaySettings)))
    frames, wanted = FrameFolder(settings.frames.folder), WantedFolder(settings.frames.folder)
    plans, site = Plans(console.plans), dict(site_part(settings.site))
    live, places = Live(frames, wanted), PlaceFiles(settings.site.rooms)

    def write(incident: IncidentId) -> bytes | None:
        head = records.head(incident)
        if head is None:
            return None
        alerts, events = records.alerts(incident), records.events(incident)
        pictures = album.pictures(incident) if head.is_open else []
        register = registry.read()
        floors = [(e.room.building, e.room.floor) for e in register.by_room.values()]
        names, hung = plans.names(floors), places.cameras()
        return tell(head, alerts, events, pictures, register, names, hung)

    news = News(write, records.version, lambda: write_moment(Wall(time.time())))
    door = Door(
        People(settings.people.path) if settings.people else None,
        links_by(link_key(settings.store.path), console),
        records,
        ActionBox(settings.store.path),
        Sessions(secrets.token_urlsafe),
        "__Host-tocsin" if secure else "tocsin",
    )
    templates = _templates()
    export = Export(records, album, site)
    pages = IncidentPages(door, news, live, album, plans, export, registry.read, templates, site)
    school = SchoolPages(
        door, records, plans, registry.read, places, frames, wanted, templates, site,
        secure,
    )  # fmt: skip
    return make_app(pages, school, secure), [news.run, live.run, _feed]


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


async def _serve(config: uvicorn.Config, door: socket.socket, works: Works) -> None:
    tasks = [asyncio.create_task(work()) for work in works]
    server = _Server(config)
    for task in tasks:
        task.add_done_callback(server.end_with)
    await server.serve(sockets=[door])
    for task in tasks:
        task.cancel()


class _Server(uvicorn.Server):
    """Says when it serves, and when no more."""

    def end_with(self, task: "asyncio.Task[None]") -> None:
        """A part that ends by itself takes the process with it, so that it is started anew."""
        if not task.cancelled() and task.exception():
            log.critical("a part of the console failed", exc_info=task.exception())
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        log.info("ready")
        notify("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        notify("STOPPING=1")
        await super().shutdown(sockets)


async def _feed() -> None:
    """Feed the watchdog as long as this loop turns."""
    watchdog = Watchdog({})
    while True:
        watchdog.tick(Monotonic(time.monotonic()))
        await asyncio.sleep(_FEED_EVERY)


def _listen(console: Console) -> socket.socket:
    family, *_, address = socket.getaddrinfo(console.host, console.port, type=socket.SOCK_STREAM)[0]
    # Named as TCP, or asyncio leaves TCP_NODELAY off and each event waits 40 ms for an ACK.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(address)
    except OSError as error:
        door.close()
        where = f"{console.host}:{console.port}"
        raise OSError(f"{where} cannot be listened on: {error.strerror}") from error
    return door


def _bounds(console: Console) -> dict[str, Any]:
    return {
        "loop": "asyncio",
        "http": "h11",
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "log_level": logging.WARNING,
        # Addresses hold live links, which are secrets.
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "limit_concurrency": 1_000,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 1,
        "h11_max_incomplete_event_size": 16_384,
        "ssl_certfile": console.cert,
        "ssl_keyfile": console.key,
    }
