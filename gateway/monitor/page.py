"""The page `/metrics`: who may read it, and how often it is made anew.

However many ask, the figures are read once a second, by one thread: what it costs the machine does
not depend on the scrapers.
"""

import asyncio
import hmac
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.monitor.exposition import MEDIA
from service.connections import note_known

log = logging.getLogger(__name__)

_LASTS_S: Final = 1.0
# One that hangs at a disk keeps nobody else waiting for longer.
_READ_WITHIN_S: Final = 8.0


class FiguresPage:
    """Answers with what `make` returns; it may raise sqlite3.Error or OSError.

    `token`: the word that a scraper must show, empty if everybody may read.
    """

    def __init__(self, make: Callable[[], bytes], token: str) -> None:
        self._make = make
        self._wanted = f"Bearer {token}".encode() if token else b""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")
        self._making: asyncio.Future[bytes] | None = None
        self._made_at = 0.0

    async def answer(self, request: Request) -> Response:
        """GET the figures."""
        shown = request.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        if self._wanted and not hmac.compare_digest(shown, self._wanted):
            words = "show the word of [metrics] token_file: Authorization: Bearer …\n"
            head = {"www-authenticate": "Bearer"}
            return PlainTextResponse(words, HTTPStatus.UNAUTHORIZED, head)
        note_known(request.scope)
        try:
            async with asyncio.timeout(_READ_WITHIN_S):
                content = await asyncio.shield(self._current())
        except (sqlite3.Error, OSError, TimeoutError) as error:
            log.warning("the figures cannot be read: %s", str(error) or "no answer from the disk")
            words = "the gateway's figures cannot be read; the log of tocsin-monitor says why\n"
            return PlainTextResponse(words, HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(content, media_type=MEDIA)

    def _current(self) -> "asyncio.Future[bytes]":
        """Return what is being made, or was a moment ago."""
        now = time.monotonic()
        is_over = self._making is None or (self._making.done() and now - self._made_at >= _LASTS_S)
        if is_over or self._making is None:
            self._made_at = now
            loop = asyncio.get_running_loop()
            self._making = loop.run_in_executor(self._thread, self._make)
        return self._making
