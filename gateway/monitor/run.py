"""`tocsin-gateway monitor`: builds the process that shows figures, and runs it until its end."""

import asyncio
import logging
import signal
import socket
import time
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route

from gateway.config.last_good import LastGood, load_or_last_good
from gateway.config.load import read_register_or_last_good
from gateway.config.monitor_process import MonitorProcessSettings
from gateway.config.monitoring import MetricsSettings
from gateway.config.register_cache import RegisterCache
from gateway.monitor.exposition import write_figures
from gateway.monitor.figures import figures
from gateway.monitor.page import FiguresPage
from gateway.monitor.reading import Reader
from gateway.monitor.rising import Rising
from service import exits
from service.keypair import must_be_pair
from service.listening import listen
from service.notify import Watchdog
from service.secrets import read_password
from service.settings import SettingsError
from service.web import Bounds, NotifyingServer, bounded, run_server
from wire.ids import Monotonic

log = logging.getLogger(__name__)

_BOUNDS: Final = Bounds(connections=50, keep_alive=90, shutdown=1)
_FEED_EVERY: Final = 1.0
# As many guesses as 16 letters allow are never made.
_SHORTEST_TOKEN: Final = 16


def run_monitor(settings: MonitorProcessSettings, path: Path) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    metrics = settings.metrics
    if metrics is None:
        log.critical("%s has no [metrics] table: there is nothing to show", path)
        return exits.BAD_CONFIGURATION
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        must_be_pair(metrics.cert, metrics.key)
        app = _app(Reader(settings, _register(settings, path)), _token(metrics))
        sockets = listen(metrics.host, metrics.port)
    except (OSError, ValueError, SettingsError) as error:
        log.critical("the figures cannot be shown: %s", error)
        return exits.PROBLEM
    server = NotifyingServer(bounded(app, _BOUNDS, metrics.cert, metrics.key))
    run_server(_serve(server, sockets))
    return exits.GOOD


def _token(metrics: MetricsSettings) -> str:
    if metrics.token_file is None:
        return ""
    token = read_password(metrics.token_file)
    if len(token) < _SHORTEST_TOKEN:
        raise ValueError(f"{metrics.token_file} holds no word of {_SHORTEST_TOKEN} letters or more")
    return token


def _register(settings: MonitorProcessSettings, path: Path) -> RegisterCache:
    return RegisterCache(
        [settings.site.rooms, LastGood(settings.store.path).register],
        lambda: read_register_or_last_good(load_or_last_good(path, MonitorProcessSettings)),
    )


def _app(reader: Reader, token: str) -> Starlette:
    rising = Rising()
    page = FiguresPage(lambda: write_figures(figures(reader.read(), rising)), token)
    return Starlette(routes=[Route("/metrics", page.answer, methods=["GET"])])


async def _serve(server: NotifyingServer, sockets: list[socket.socket]) -> None:
    feeding = asyncio.create_task(_feed())
    feeding.add_done_callback(server.end_with)
    await server.serve(sockets=sockets)
    feeding.cancel()


async def _feed() -> None:
    """Feed the watchdog as long as this loop turns."""
    watchdog = Watchdog({})
    while True:
        watchdog.tick(Monotonic(time.monotonic()))
        await asyncio.sleep(_FEED_EVERY)
