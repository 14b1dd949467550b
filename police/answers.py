"""What dispatchers answer: kept first, then told to the school that asks for it, and to all pages.

A school asks over its own connection (GET /reports/answers?after=N, signed as its reports are, by
an id that begins with `answers.N.`), and gets the answer the moment there is one.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from police.keeper import Keeper, Said
from police.receiver import Refused, SenderName, read_envelope
from police.shelf import Shelf
from police.shown import text
from police.signature import Signatures
from wire.errors import WireError
from wire.ids import UUID, IncidentId, Wall

log = logging.getLogger(__name__)

WHAT: Final = frozenset({"confirm", "dispatched", "on-scene", "all-clear", "message"})
# A school's connection is answered by then, so that it knows that we live.
_LONGEST_WAIT: Final = 20.0
# Schools must not take the connections that reports need.
_MOST_WAITING: Final = 200
_LARGEST: Final = 4_000


class AnswerDesk:
    """Lives in the event loop's thread; `user` is the name of the page's login, or empty."""

    def __init__(
        self,
        keeper: Keeper,
        shelf: Shelf,
        signatures: Signatures,
        now: Callable[[], Wall],
        user: str,
    ) -> None:
        self._keeper = keeper
        self._shelf = shelf
        self._signatures = signatures
        self._now = now
        self._user = user
        self._waiting = 0
        self._closing = False
        self._news = asyncio.Event()

    def tell(self) -> None:
        """Something was answered: look again, whoever waits."""
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """The receiver ends: let everybody go who waits."""
        self._closing = True
        self.tell()

    async def poll(self, request: Request) -> Response:
        """GET /reports/answers?after=N: a school asks."""
        headers = {**request.headers, "content-length": "0"}
        envelope = read_envelope(headers, None, self._now())
        after = request.query_params.get("after", "")
        if isinstance(envelope, Refused):
            return PlainTextResponse(f"{envelope.reason}\n", envelope.status)
        if not after.isdecimal() or not envelope.webhook_id.startswith(f"answers.{after}."):
            return PlainTextResponse("after: not the number that webhook-id speaks of\n", 400)
        try:
            sender = self._signatures.signer(envelope, b"")
        except WireError as error:
            return PlainTextResponse(f"{error}\n", 401)
        if self._waiting >= _MOST_WAITING:
            return PlainTextResponse("too many wait\n", 503, {"retry-after": "5"})
        return JSONResponse({"answers": await self._wait(sender, int(after))})

    async def say(self, request: Request) -> Response:
        """POST /answers {sender, incident, what, name, text}: a dispatcher answers."""
        fields = await _fields(request)
        if fields is None:
            return PlainTextResponse("Only this page may do that.\n", 403)
        by = ", ".join(filter(None, (fields["name"], self._user)))
        if fields["what"] not in WHAT or not UUID.fullmatch(fields["incident"]):
            return PlainTextResponse("There is no such answer.\n", 400)
        if not by or (fields["what"] == "message" and not fields["text"]):
            return PlainTextResponse("Give your name, and say something.\n", 400)
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[bool] = loop.create_future()

        def settle(good: bool) -> None:
            loop.call_soon_threadsafe(kept.set_result, good)

        said = Said(
            SenderName(fields["sender"]),
            IncidentId(fields["incident"]),
            fields["what"],
            by,
            fields["text"],
            self._now(),
            settle,
        )
        self._keeper.put(said)
        if not await kept:
            return PlainTextResponse("That incident is not known here, or the disk failed.\n", 409)
        self.tell()
        return Response(status_code=204)

    async def _wait(self, sender: SenderName, after: int) -> list[dict[str, Any]]:
        self._waiting += 1
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while not self._closing:
                    news = self._news
                    if found := await run_in_threadpool(self._shelf.answers, sender, after):
                        return found
                    await news.wait()
        except TimeoutError:
            pass  # the school asks again
        finally:
            self._waiting -= 1
        return []


async def _fields(request: Request) -> dict[str, str] | None:
    """Return what a page of our own sent; None for another site's, or for rubbish."""
    headers = request.headers
    if urlsplit(headers.get("origin", "")).netloc != headers.get("host"):
        return None
    length = headers.get("content-length", "")
    if headers.get("content-type") != "application/json" or not length.isdecimal():
        return None
    if int(length) > _LARGEST:
        return None
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    longest = {"sender": 32, "incident": 36, "what": 20, "name": 60, "text": 500}
    return {key: text(found.get(key), most).strip() for key, most in longest.items()}
