"""The answers of dispatchers: stored first, then sent to the school that asks, and to all pages.

A school asks over its own connection (GET /reports/answers?after=N, signed as its reports are, by
an id that begins with `answers.N.`), and gets an answer the moment there is one.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from police.gate import may_answer, name_of
from police.reader import StoreReader
from police.receiver import Refused, SenderName
from police.sanitize import text
from police.signature import Signatures
from police.signed_poll import read_poll
from police.writer import DispatcherAnswer, StoreWriter
from service.web import is_own_page
from wire.answers import read_answer, read_seen
from wire.clean import clean
from wire.errors import WireError
from wire.ids import UUID, IncidentId, Wall
from wire.mark_fields import Marking, read_marking
from wire.marks import MARK, MARKING

log = logging.getLogger(__name__)

# A school's connection is answered by then, so that it knows that we live.
_LONGEST_WAIT: Final = 20.0
# Schools must not take the connections that reports need.
_MOST_WAITING: Final = 200
_LARGEST: Final = 800_000


class AnswersEndpoint:
    """Lives in the event loop's thread; `shared`: the account that all share, or empty."""

    def __init__(
        self,
        writer: StoreWriter,
        reader: StoreReader,
        signatures: Signatures,
        now: Callable[[], Wall],
        shared: str,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._signatures = signatures
        self._now = now
        self._shared = shared
        self._waiting = 0
        self._closing = False
        self._news = asyncio.Event()

    def notify(self) -> None:
        """Something was answered: every school that waits looks again."""
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """The receiver ends: answer every school that waits."""
        self._closing = True
        self.notify()

    async def poll(self, request: Request) -> Response:
        """GET /reports/answers?after=N: a school asks."""
        poll = read_poll(request, "answers", None, self._signatures, self._now())
        if isinstance(poll, Refused):
            return _refuse(request, poll)
        if self._waiting >= _MOST_WAITING:
            return _refuse(request, Refused(503, "the receiver has too many schools that wait"))
        return JSONResponse({"answers": await self._wait(*poll)})

    async def who(self, request: Request) -> Response:
        """GET /who: whose page it is, and whether it answers; no name: it asks for one.

        A page that asks now and then stays logged in, and hears of it when it is not.
        """
        name = name_of(request)
        own = "" if name == self._shared else name
        return JSONResponse({"account": name, "name": own, "answers": may_answer(request)})

    async def accept(self, request: Request) -> Response:
        """POST /answers {sender, incident, alerts, what, name, text, mark}: somebody answers."""
        given = await _given(request)
        if given is None:
            return PlainTextResponse(
                "The answer was not taken: it does not come from this page.\n", 403
            )
        fields = _fields(given)
        by = self._name_of(request, fields["name"])
        what, marking = _word(fields["what"], given)
        if what is None or not UUID.fullmatch(fields["incident"]):
            words = "The answer was not taken: the receiver does not know it. Reload this page.\n"
            return PlainTextResponse(words, 400)
        if not by or (what == "message" and not fields["text"]):
            return PlainTextResponse("Give your name, and say something.\n", 400)
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[bool] = loop.create_future()

        def settle(good: bool) -> None:
            loop.call_soon_threadsafe(kept.set_result, good)

        answer = DispatcherAnswer(
            SenderName(fields["sender"]),
            IncidentId(fields["incident"]),
            what,
            by,
            fields["text"],
            self._now(),
            read_seen(given.get("alerts")),
            marking,
            settle,
        )
        self._writer.put(answer)
        if not await kept:
            words = (
                "The answer could not be saved: the incident is not known, or the disk failed.\n"
            )
            return PlainTextResponse(words, 409)
        self.notify()
        return Response(status_code=204)

    def _name_of(self, request: Request, given: str) -> str:
        """Who has an account answers under its name, and nobody else's."""
        name = name_of(request)
        return name if name not in ("", self._shared) else ", ".join(filter(None, (given, name)))

    async def _wait(self, sender: SenderName, after: int) -> list[dict[str, Any]]:
        self._waiting += 1
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while not self._closing:
                    news = self._news
                    if found := await run_in_threadpool(self._reader.answers, sender, after):
                        return found
                    await news.wait()
        except TimeoutError:
            pass  # the school asks again
        finally:
            self._waiting -= 1
        return []


def _refuse(request: Request, refused: Refused) -> Response:
    host = request.client.host if request.client else "?"
    words = clean(refused.reason)
    log.warning("question for answers from %s refused (HTTP %d): %s", host, refused.status, words)
    headers = {"retry-after": "5"} if refused.status == 503 else {}
    return PlainTextResponse(f"{refused.reason}\n", refused.status, headers)


async def _given(request: Request) -> dict[str, Any] | None:
    """Return what a page of our own sent; None for another site's, or for rubbish."""
    headers = request.headers
    if not is_own_page(headers):
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
    return found if isinstance(found, dict) else None


def _word(what: str, given: Mapping[str, Any]) -> tuple[str | None, Marking | None]:
    """Return the answer, and the mark that goes with it; None for an answer that means nothing.

    A mark that is put has no id yet: it is the same one however often the school asks.
    """
    found = given.get("mark")
    if what not in MARKING or not isinstance(found, dict):
        return read_answer(what), None
    new = {"id": str(uuid.uuid4())} if what == MARK else {}
    try:
        marking = read_marking({**found, **new})
    except WireError:
        return None, None
    return (what, marking) if bool(marking.what) == (what == MARK) else (None, None)


def _fields(given: Mapping[str, Any]) -> dict[str, str]:
    longest = {"sender": 32, "incident": 36, "what": 20, "name": 60, "text": 500}
    return {key: text(given.get(key), most).strip() for key, most in longest.items()}
