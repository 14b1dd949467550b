"""Writes refusals down, in the books and in the log; where there are many of a peer, their number.

What no part has written down itself is written by the answer that it got: no refusal is lost
because somebody forgot it.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.login.refusals import Refusals
from service.networks import key_of_address
from wire.clean import clean
from wire.ids import Monotonic

log = logging.getLogger(__name__)

STRANGER: Final = "somebody without account"
_TELL_EVERY: Final = 10.0
# 401 asks for a login, and most that get it have only waited too long.
_REFUSALS: Final = frozenset({403, 413, 429})
_TOLD: Final = "tocsin.refusal"
_BY: Final = "tocsin.by"
# A live link is a secret, in the books and in the log, too.
_LINK: Final = re.compile(r"^/live/[^/]+")

Write = Callable[[str, str, str], Awaitable[None]]
"""Writes an event down: what, by whom, and in words."""


class RefusalBook:
    """Of one process; lives in the event loop's thread."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._refusals = Refusals()

    async def refuse(self, by: str, words: str, address: str) -> None:
        """Write a refusal down, or count it where there are many."""
        if self._refusals.is_told(key_of_address(address), _mono()):
            await self._tell(by, f"{words}, from {address}")

    async def run(self) -> None:
        """Tell of what was only counted, until cancelled."""
        while True:
            await asyncio.sleep(_TELL_EVERY)
            for peer, count in self._refusals.due(_mono()):
                await self._tell(STRANGER, f"{count} more times, from {peer}")

    async def _tell(self, by: str, words: str) -> None:
        log.warning("refused: %s: %s", clean(by), clean(words))
        await self._write("refused", by, words)


class RefusalsWritten:
    """ASGI middleware: what is refused to a person stands in `book`.  `by_machines` are the first
    parts of addresses that no person asks; their own log tells of them.
    """

    def __init__(self, app: ASGIApp, book: RefusalBook, by_machines: tuple[str, ...] = ()) -> None:
        self._app = app
        self._book = book
        self._by_machines = by_machines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and look at its answer."""
        if scope["type"] != "http" or scope["path"].startswith(self._by_machines):
            await self._app(scope, receive, send)
            return
        status = 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self._app(scope, receive, seen)
        if status in _REFUSALS and not scope.get(_TOLD):
            place = _LINK.sub("/live/…", scope["path"])
            address = (scope.get("client") or ("?",))[0]
            by = scope.get(_BY, STRANGER)
            await self._book.refuse(by, f"{scope['method']} {place} ({status})", address)


def note_who(scope: Scope, name: str) -> None:
    """The request is that person's."""
    scope[_BY] = name


def note_told(scope: Scope) -> None:
    """The refusal of this request is written down already, in better words."""
    scope[_TOLD] = True


def _mono() -> Monotonic:
    return Monotonic(time.monotonic())
