"""Notifies open pages of changes: a number that only grows, and the latest change.

A page that is slow misses steps but never the last one, and costs no memory.
"""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from sse_starlette import ServerSentEvent

from police.bell import Bell, heard
from police.writer import Change

# Who may see may not for ever: a page is asked for that often, and in a storm no more often.
_ASK_EVERY: Final = 3.0
_BELIEVED: Final = 1.0


class Changes:
    """Lives in the event loop's thread; `now` is the wall clock as pages are to see it."""

    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now
        self._count = 0
        self._latest: Change | None = None
        self._news = Bell()

    @property
    def count(self) -> int:
        """How many changes there were since the start."""
        return self._count

    def notify(self, change: Change) -> None:
        """Wake every page."""
        self._count += 1
        self._latest = change
        self._news.ring()

    async def listen(
        self, may_see: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[ServerSentEvent]:
        """Yield where things stand at once, and then after each change.

        Ends 3 s after `may_see` has become false at the latest, 1 s if something changes.
        """
        seen, asked = -1, time.monotonic()
        while True:
            ring = self._news.next
            if seen == self._count:
                await heard(ring, _ASK_EVERY)
            if time.monotonic() - asked >= _BELIEVED:
                if not await may_see():
                    return
                asked = time.monotonic()
            if seen != self._count:
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
