"""`tocsin-police serve|check --config police.toml`: puts the receiver together and runs it.

`tocsin-police conformance|send URL` try anybody's receiver, and need no settings.
"""

import argparse
import asyncio
import logging
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from police.answers import AnswerDesk
from police.changes import Changes
from police.conformance import commands as conformance
from police.intake import Intake
from police.keeper import Change, Keeper
from police.receiver import SenderName
from police.settings import PoliceSettings, read_password
from police.shelf import Shelf
from police.signature import Signatures
from police.store import Store, StoreError
from police.web import Desk, make_app
from service.exits import BAD_CONFIGURATION, GOOD, PROBLEM
from service.log import start_log
from service.notify import notify
from service.secrets import read_secrets
from service.settings import SettingsError, load
from wire.ids import Wall
from wire.moment import write_moment

log = logging.getLogger("police")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser("tocsin-police", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("serve", "take reports and show them"),
        ("check", "check the settings and end"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--config", type=Path, required=True, metavar="PATH")
    conformance.add_parsers(commands)
    chosen = parser.parse_args(arguments)
    if chosen.command in ("conformance", "send"):
        return conformance.act(chosen)
    try:
        settings = load(chosen.config, PoliceSettings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    if chosen.command == "check":
        print(f"{chosen.config}: good")
        return GOOD
    start_log()
    return serve(settings)


def serve(settings: PoliceSettings) -> int:
    """Take reports until SIGTERM or SIGINT; returns the exit code."""
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        door = _open_door(settings)
        store = Store(settings.store.path)
    except (OSError, sqlite3.Error, StoreError) as error:
        log.critical("cannot start: %s", error)
        return PROBLEM
    with door:
        asyncio.run(_serve(settings, door, store))
    store.close()
    return GOOD


def _open_door(settings: PoliceSettings) -> socket.socket:
    host, port = settings.listen.host, settings.listen.port
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # Named as TCP, or asyncio leaves TCP_NODELAY off and each receipt waits 40 ms for an ACK.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(address)
    except OSError as error:
        door.close()
        raise OSError(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    return door


async def _serve(settings: PoliceSettings, door: socket.socket, store: Store) -> None:
    loop = asyncio.get_running_loop()
    changes = Changes(lambda: write_moment(_now()))

    def changed(change: Change) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it every page
            loop.call_soon_threadsafe(changes.tell, change)

    secrets = {SenderName(each.name): read_secrets(each.secret_file) for each in settings.sender}
    signatures = Signatures(secrets)
    keeper = Keeper(store, signatures, changed)
    thread = threading.Thread(target=keeper.run, name="keeper", daemon=True)
    thread.start()
    shelf = Shelf(settings.store.path)
    answers = AnswerDesk(keeper, shelf, signatures, _now, settings.page.user)
    desk, page = Desk(shelf, changes), settings.page
    app = make_app(Intake(keeper, _now), desk, answers, _login(settings), page.frame_ancestors)
    await _Server(_bounds(settings, app), answers.close).serve(sockets=[door])
    keeper.stop()
    await asyncio.to_thread(thread.join, 5.0)


class _Server(uvicorn.Server):
    """Says when it takes reports, and when no more; `end` lets go of those who wait for news."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        log.info("listening on %s", ", ".join(str(each.getsockname()) for each in sockets or ()))
        log.info("ready")
        notify("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        notify("STOPPING=1")
        self._end()
        await super().shutdown(sockets)


def _bounds(settings: PoliceSettings, app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # Connections: pages are bounded to 100 by themselves, the rest is for senders.
        limit_concurrency=400,
        backlog=512,
        # A gateway keeps its connection between reports.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16_384,
        ssl_certfile=settings.listen.cert,
        ssl_keyfile=settings.listen.key,
    )


def _login(settings: PoliceSettings) -> str:
    if not settings.page.password_file:
        return ""
    return f"{settings.page.user}:{read_password(settings.page.password_file)}"


def _now() -> Wall:
    return Wall(time.time())


if __name__ == "__main__":
    sys.exit(main())
