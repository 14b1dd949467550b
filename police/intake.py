"""POST /reports: takes a report off the network within bounds and waits for the keeper's answer."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from police.keeper import Answer, Delivery, Keeper
from police.receiver import Envelope, Refused, SenderName, read_envelope
from wire.clean import clean
from wire.ids import Wall

log = logging.getLogger(__name__)

# Reports up to this size always get in; larger ones share the room below.
_SMALL: Final = 512_000
_ROOM: Final = 128_000_000
# A sender that needs longer for its bytes than this is stuck, or means ill.
_PATIENCE: Final = 15.0


class Intake:
    """The door for reports; lives in the event loop's thread."""

    def __init__(self, keeper: Keeper, now: Callable[[], Wall]) -> None:
        self._keeper = keeper
        self._now = now
        self._room = _ROOM

    async def take(self, request: Request) -> Response:
        """Answer with the receipt, or with the reason why there is none."""
        claims = request.path_params.get("sender")
        envelope = read_envelope(
            request.headers, SenderName(claims) if claims else None, self._now()
        )
        if isinstance(envelope, Refused):
            return _refuse(request, envelope, unread=True)
        room = envelope.length if envelope.length > _SMALL else 0
        if room > self._room:
            full = Refused(503, "too many large reports at once; send it again")
            return _refuse(request, full, unread=True)
        self._room -= room
        try:
            return await self._read(request, envelope)
        finally:
            self._room += room

    async def _read(self, request: Request, envelope: Envelope) -> Response:
        body = bytearray()
        try:
            async with asyncio.timeout(_PATIENCE):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > envelope.length:
                        longer = Refused(400, "the report is longer than its content-length")
                        return _refuse(request, longer, unread=True)
        except TimeoutError:
            slow = Refused(408, f"the report did not come within {_PATIENCE:.0f} s")
            return _refuse(request, slow, unread=True)
        except ClientDisconnect:
            return Response(status_code=400)
        answer = await self._ask(envelope, bytes(body))
        if isinstance(answer, Refused):
            return _refuse(request, answer)
        return Response(answer, 200, media_type="application/json")

    async def _ask(self, envelope: Envelope, body: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer] = loop.create_future()

        def settle(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        def answer(given: Answer) -> None:
            try:
                loop.call_soon_threadsafe(settle, given)
            except RuntimeError:  # the loop has ended; the sender asks again and is told then
                log.warning("a sender was gone before it could be answered")

        self._keeper.put(Delivery(envelope, body, self._now(), answer))
        return await answered


def _refuse(request: Request, refused: Refused, unread: bool = False) -> Response:
    host = request.client.host if request.client else "?"
    log.warning("refused a report from %s: %d %s", host, refused.status, clean(refused.reason))
    headers = {"connection": "close"} if unread else {}
    if refused.status == 503:
        headers["retry-after"] = "1"
    return PlainTextResponse(f"{refused.reason}\n", refused.status, headers=headers)
