"""`tocsin-gateway console`: serves the pages, and ends with any part of them that fails."""

import asyncio
import logging
import signal
import socket
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gateway.config.console_process import ConsoleProcessSettings
from gateway.config.settings import ConsoleSettings
from gateway.console.build import Works, build
from gateway.console.forwarded import ForwardedAddresses
from service import exits
from service.keypair import must_be_pair
from service.listening import listen
from service.notify import Watchdog
from service.renewal import Identity, Renewal
from service.web import Bounds, NotifyingServer, bounded, run_server
from wire.ids import Monotonic

log = logging.getLogger(__name__)

_FEED_EVERY: Final = 1.0
_BOUNDS: Final = Bounds(connections=1_000, keep_alive=30, shutdown=1)


def run_console(settings: ConsoleProcessSettings, path: Path) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    console = settings.console
    if console is None:
        log.critical("%s has no [console] table: there is nothing to serve", path)
        return exits.BAD_CONFIGURATION
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        must_be_pair(console.cert, console.key)
        sockets = listen(console.host, console.port)
        app, works = build(settings, console, path)
    except (OSError, ValueError, sqlite3.Error) as error:
        log.critical("the console cannot start: %s", error)
        return exits.PROBLEM
    believing = ForwardedAddresses(app, console.trusted_proxies)
    server = NotifyingServer(bounded(believing, _BOUNDS, console.cert, console.key))
    _keep_renewed(settings, console, server)
    run_server(_serve(server, sockets, [*works, _feed]))
    return exits.GOOD


def _keep_renewed(
    settings: ConsoleProcessSettings, console: ConsoleSettings, server: NotifyingServer
) -> None:
    """Have a certificate of the school's own authority renewed; the next connection shows it."""
    own, ca, cert, key = settings.authority, settings.mqtt.ca, console.cert, console.key
    if own is None or ca is None or cert is None or key is None:
        return
    identity = Identity(ca, cert, key, server.certificate_renewed)
    Renewal(own.renewal, [identity], log.error).start()


async def _serve(server: NotifyingServer, sockets: Sequence[socket.socket], works: Works) -> None:
    tasks = [asyncio.create_task(work()) for work in works]
    for task in tasks:
        task.add_done_callback(server.end_with)
    await server.serve(sockets=list(sockets))
    for task in tasks:
        task.cancel()


async def _feed() -> None:
    """Feed the watchdog as long as this loop turns."""
    watchdog = Watchdog({})
    while True:
        watchdog.tick(Monotonic(time.monotonic()))
        await asyncio.sleep(_FEED_EVERY)
