"""Pushes changes to open pages: all pages of an incident that may read the same get the same
bytes, written once.

Lives in the event loop's thread; what reads a disk runs beside it.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Final

from sse_starlette import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from gateway.console.timeline_view import Reading
from service.life_sign import LifeSign
from wire.ids import IncidentId

log = logging.getLogger(__name__)

# How often the store is asked whether it changed; that is one number, and costs 20 µs.
_CHECK_EVERY: Final = 0.1
# Pictures come without a change of the store.
_WRITE_EVERY: Final = 10  # looks

Write = Callable[[IncidentId, Reading], bytes | None]
_Key = tuple[IncidentId, Reading]


@dataclass(slots=True)
class _Board:
    listeners: int = 0
    told: bytes | None = None
    count: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)


class LiveUpdates:
    """`write` returns an incident as pages are told it, `version` a number that changes with the
    store, `now` the wall clock as pages are to see it, `sign` what the gateway says of itself.
    """

    def __init__(
        self,
        write: Write,
        version: Callable[[], int],
        now: Callable[[], str],
        sign: LifeSign,
    ) -> None:
        self._write = write
        self._version = version
        self._now = now
        self._sign = sign
        self._boards: dict[_Key, _Board] = {}
        self._seen = -1

    async def run(self) -> None:
        """Poll for changes until cancelled."""
        turn = 0
        while True:
            turn += 1
            await self._refresh(turn % _WRITE_EVERY == 0)
            await asyncio.sleep(_CHECK_EVERY)

    async def listen(
        self, incident: IncidentId, reading: Reading
    ) -> AsyncGenerator[ServerSentEvent, None]:
        """Yield how an incident stands at once, and then after each change."""
        key = incident, reading
        board = self._boards.setdefault(key, _Board())
        board.listeners += 1
        seen = -1
        try:
            if board.told is None:
                await self._renew(key, board)
            while True:
                if seen == board.count:
                    await board.news.wait()
                seen = board.count
                if board.told is not None:
                    yield ServerSentEvent(event="state", data=board.told.decode())
        finally:
            board.listeners -= 1
            if not board.listeners:
                self._boards.pop(key, None)

    def pulse(self) -> ServerSentEvent:
        """A heartbeat that a page's script can see, unlike an SSE comment."""
        told = {
            "now": self._now(),
            "alive": self._sign.is_young(),
            "stores": self._sign.stores(),
        }
        return ServerSentEvent(event="pulse", data=json.dumps(told))

    async def _refresh(self, write: bool) -> None:
        try:
            version = await run_in_threadpool(self._version)
        except (sqlite3.Error, OSError) as error:
            log.warning("the database cannot be read: %s", error)
            return
        if version != self._seen or write:
            self._seen = version
            for key, board in list(self._boards.items()):
                await self._renew(key, board)

    async def _renew(self, key: _Key, board: _Board) -> None:
        try:
            told = await run_in_threadpool(self._write, *key)
        except (sqlite3.Error, OSError) as error:
            log.warning("incident %s cannot be read: %s", key[0], error)
            return
        if told != board.told:
            board.told = told
            board.count += 1
            board.news.set()
            board.news = asyncio.Event()
