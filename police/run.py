"""Builds the receiver and runs it until it is asked to end."""

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from police.answers import AnswersEndpoint
from police.bell import Bell
from police.changes import Changes
from police.frame_memory import FrameMemory
from police.live_endpoint import LiveEndpoint
from police.live_views import LiveViews
from police.logins import police_login, shared_account
from police.looks import Viewers
from police.reader import StoreReader
from police.receiver import SenderName
from police.report_endpoint import ReportEndpoint
from police.retention import Keep
from police.settings import PoliceSettings, warnings_of
from police.signature import Signatures
from police.store import ReportStore, StoreError
from police.web import IncidentApi, make_app
from police.writer import Change, StoreWriter
from service.exits import GOOD, PROBLEM
from service.listening import listen
from service.login.build import Login
from service.notify import Watchdog
from service.secrets import read_secrets
from service.web import Bounds, NotifyingServer, bounded, run_server
from wire.ids import Monotonic, Wall
from wire.moment import write_moment

log = logging.getLogger(__name__)

# Connections: pages are bounded to 100 by themselves, the rest is for senders.  A gateway keeps its
# connection between reports.
_FEED_EVERY: Final = 1.0
_BOUNDS: Final = Bounds(connections=400, keep_alive=75, shutdown=5)


def serve(settings: PoliceSettings) -> int:
    """Take reports until SIGTERM or SIGINT; returns the exit code."""
    # uvicorn raises the signal again once it has stopped; the end is clean all the same.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        for words in warnings_of(settings):
            log.warning("%s", words)
        secrets = {SenderName(s.name): read_secrets(s.secret_file) for s in settings.sender}
        sockets = listen(settings.listen.host, settings.listen.port)
        store = ReportStore(settings.store.path)
    except (OSError, StoreError) as error:
        log.critical("the receiver cannot start: %s", error)
        return PROBLEM
    run_server(_serve(settings, Signatures(secrets), sockets, store))
    store.close()
    return GOOD


async def _serve(
    settings: PoliceSettings,
    signatures: Signatures,
    sockets: Sequence[socket.socket],
    store: ReportStore,
) -> None:
    loop = asyncio.get_running_loop()
    changes = Changes(lambda: write_moment(_now()))

    def changed(change: Change) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it every page
            loop.call_soon_threadsafe(changes.notify, change)

    keep = Keep(settings.store.picture_days, settings.store.retention_days)
    writer = StoreWriter(store, signatures, changed, keep)
    thread = threading.Thread(target=writer.run, name="writer", daemon=True)
    thread.start()
    reader = StoreReader(settings.store.path)
    answers = AnswersEndpoint(writer, reader, signatures, _now, shared_account(settings))
    login = police_login(settings)
    live, views = _live(signatures, reader, changes)
    app = make_app(
        ReportEndpoint(writer, _now),
        IncidentApi(reader, changes),
        answers,
        live,
        views,
        login,
        settings.page.frame_ancestors,
    )
    config = bounded(app, _BOUNDS, settings.listen.cert, settings.listen.key)
    server = NotifyingServer(config, ending=partial(_close, answers, live))
    words = "the receiver takes reports at %s/reports and shows them at %s/"
    log.info(words, *[settings.listen.url] * 2)
    tasks = _beside(thread, login)
    await server.serve(sockets=list(sockets))
    for each in tasks:
        each.cancel()
    writer.stop()
    await asyncio.to_thread(thread.join, 5.0)


def _beside(writer: threading.Thread, login: Login | None) -> list[asyncio.Task[None]]:
    """Begin what runs beside the server."""
    works = [_feed(writer), *([login.handler.book.run()] if login else [])]
    return [asyncio.create_task(each) for each in works]


async def _feed(writer: threading.Thread) -> None:
    """Feed the watchdog as long as this loop turns and the thread that keeps reports lives."""
    watchdog = Watchdog({"writer": lambda _: writer.is_alive()})
    while True:
        watchdog.tick(Monotonic(time.monotonic()))
        await asyncio.sleep(_FEED_EVERY)


def _close(answers: AnswersEndpoint, live: LiveEndpoint) -> None:
    """Answer every school that waits."""
    answers.close()
    live.close()


def _live(
    signatures: Signatures, reader: StoreReader, changes: Changes
) -> tuple[LiveEndpoint, LiveViews]:
    """What schools send frames to, and what pages see them by."""
    viewers, memory, looked, arrived = Viewers(int(_now())), FrameMemory(), Bell(), Bell()
    live = LiveEndpoint(viewers, memory, signatures, _now, looked, arrived)
    return live, LiveViews(viewers, memory, reader, lambda: changes.count, looked, arrived)


def _now() -> Wall:
    return Wall(time.time())
