"""POST /reports: takes a report off the network within bounds and waits for the writer's answer."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from police.receiver import Refused, ReportHeaders, SenderName, read_headers
from police.writer import ReceivedReport, Reply, StoreWriter
from service.connections import note_known
from wire.clean import clean
from wire.ids import Wall

log = logging.getLogger(__name__)

# Reports up to this size always get in; larger ones share the room below.
_SMALL: Final = 512_000
_ROOM: Final = 128_000_000
# A sender that needs longer for its bytes than this is stuck, or hostile.
_PATIENCE: Final = 15.0


class ReportEndpoint:
    """The address that reports are posted to; lives in the event loop's thread."""

    def __init__(self, writer: StoreWriter, now: Callable[[], Wall]) -> None:
        self._writer = writer
        self._now = now
        self._room = _ROOM

    async def accept(self, request: Request) -> Response:
        """Answer with the receipt, or with the reason why there is none."""
        claims = request.path_params.get("sender")
        headers = read_headers(request.headers, SenderName(claims) if claims else None, self._now())
        if isinstance(headers, Refused):
            return _refuse(request, headers, unread=True)
        room = headers.length if headers.length > _SMALL else 0
        if room > self._room:
            full = Refused(
                503, "the receiver has too many large reports at once; send this one again"
            )
            return _refuse(request, full, unread=True)
        self._room -= room
        try:
            return await self._read(request, headers)
        finally:
            self._room += room

    async def _read(self, request: Request, headers: ReportHeaders) -> Response:
        body = bytearray()
        try:
            async with asyncio.timeout(_PATIENCE):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > headers.length:
                        longer = Refused(400, "the report is longer than its content-length")
                        return _refuse(request, longer, unread=True)
        except TimeoutError:
            slow = Refused(408, f"the report did not come within {_PATIENCE:.0f} s")
            return _refuse(request, slow, unread=True)
        except ClientDisconnect:
            return Response(status_code=400)
        answer = await self._ask(headers, bytes(body))
        if isinstance(answer, Refused):
            return _refuse(request, answer)
        note_known(request.scope)
        # So the gateway knows that this receipt is for this report.
        named = {"webhook-id": headers.webhook_id}
        return Response(answer, 200, named, media_type="application/json")

    async def _ask(self, headers: ReportHeaders, body: bytes) -> Reply:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Reply] = loop.create_future()

        def settle(answer: Reply) -> None:
            if not answered.done():
                answered.set_result(answer)

        def answer(given: Reply) -> None:
            try:
                loop.call_soon_threadsafe(settle, given)
            except RuntimeError:  # the loop has ended; the sender asks again and is told then
                log.warning("report %s was not answered: its sender was gone", headers.webhook_id)

        self._writer.put(ReceivedReport(headers, body, self._now(), answer))
        return await answered


def _refuse(request: Request, refused: Refused, unread: bool = False) -> Response:
    host = request.client.host if request.client else "?"
    name = clean(request.headers.get("webhook-id", "without webhook-id"), 128)
    words = clean(refused.reason)
    log.warning("report %s from %s refused (HTTP %d): %s", name, host, refused.status, words)
    headers = {"connection": "close"} if unread else {}
    if refused.status == 503:
        headers["retry-after"] = "1"
    return PlainTextResponse(f"{refused.reason}\n", refused.status, headers=headers)
