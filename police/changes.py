"""Notifies open pages of changes: a number that only grows, and the latest change.

A page that is slow misses steps but never the last one, and costs no memory.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from sse_starlette import ServerSentEvent

from police.writer import Change


class Changes:
    """Lives in the event loop's thread; `now` is the wall clock as pages are to see it."""

    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now
        self._count = 0
        self._latest: Change | None = None
        self._news = asyncio.Event()

    @property
    def count(self) -> int:
        """How many changes there were since the start."""
        return self._count

    def notify(self, change: Change) -> None:
        """Wake every page."""
        self._count += 1
        self._latest = change
        self._news.set()
        self._news = asyncio.Event()

    async def listen(self) -> AsyncIterator[ServerSentEvent]:
        """Yield where things stand at once, and then after each change."""
        seen = -1
        while True:
            if seen == self._count:
                await self._news.wait()
            seen = self._count
            yield ServerSentEvent(event="changed", data=self._told())

    def pulse(self) -> ServerSentEvent:
        """A heartbeat that a page's script can see, unlike an SSE comment."""
        return ServerSentEvent(event="pulse", data=json.dumps({"now": self._now()}))

    def _told(self) -> str:
        told: dict[str, Any] = {"change": self._count, "now": self._now()}
        if self._latest:
            told.update(self._latest._asdict())
        return json.dumps(told)
