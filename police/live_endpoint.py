"""The schools' side of live views: what is looked at, and the frames of it.

A school asks over its own connection (GET /reports/live/frames?after=N, signed as its reports are,
by an id that begins with `looks.N.`), hears of a new look the moment there is one, and posts frames
to the same address for as long as somebody looks.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from police.bell import Bell, heard
from police.frame_memory import KEPT, FrameMemory
from police.looks import Viewers
from police.receiver import Refused, ReportHeaders, SenderName, read_headers
from police.signature import Signatures
from police.signed_poll import read_poll
from service.connections import note_known
from wire.clean import clean
from wire.errors import WireError
from wire.ids import Monotonic, Seconds, Wall
from wire.limits import LARGEST_FRAME, MOST_WAIT_FOR_LOOKS
from wire.live_frame import LiveFrame, read_frame
from wire.looks import write_looks

log = logging.getLogger(__name__)

# While somebody looks the school hears it again so often; until then it waits.
_AGAIN: Final = Seconds(2.0)
# How soon it is noticed that nobody looks any more.
_CHECK_EVERY: Final = Seconds(0.5)
# Schools must not take the connections that reports need.
_MOST_WAITING: Final = 200
_MOST_FRAMES: Final = 40
_PATIENCE: Final = 10.0


class LiveEndpoint:
    """Lives in the event loop's thread.  Pages ring `looked` when they look at something else;
    `arrived` rings for each frame that is kept.
    """

    def __init__(
        self,
        viewers: Viewers,
        memory: FrameMemory,
        signatures: Signatures,
        now: Callable[[], Wall],
        looked: Bell,
        arrived: Bell,
    ) -> None:
        self._viewers = viewers
        self._memory = memory
        self._signatures = signatures
        self._now = now
        self._looked = looked
        self._arrived = arrived
        self._waiting = 0
        self._frames = 0
        self._closing = False

    def close(self) -> None:
        """The receiver ends: answer every school that waits."""
        self._closing = True
        self._looked.ring()

    async def poll(self, request: Request) -> Response:
        """GET /reports/live/frames?after=N: a school asks what is looked at."""
        poll = read_poll(request, "looks", _claims(request), self._signatures, self._now())
        if isinstance(poll, Refused):
            return _refuse(request, poll)
        if self._waiting >= _MOST_WAITING:
            return _refuse(request, Refused(503, "the receiver has too many schools that wait"))
        self._waiting += 1
        try:
            return Response(await self._wait(*poll), media_type="application/json")
        finally:
            self._waiting -= 1

    async def accept(self, request: Request) -> Response:
        """POST /reports/live/frames: a frame, which is shown if somebody looks at its camera."""
        headers = read_headers(request.headers, _claims(request), self._now())
        if isinstance(headers, Refused):
            return _refuse(request, headers, unread=True)
        if headers.length > LARGEST_FRAME:
            words = f"content-length: {headers.length}; a frame is at most {LARGEST_FRAME} bytes"
            return _refuse(request, Refused(413, words), unread=True)
        if self._frames >= _MOST_FRAMES:
            return _refuse(request, Refused(503, "the receiver has too many frames"), unread=True)
        self._frames += 1
        try:
            return await self._take(request, headers)
        finally:
            self._frames -= 1

    async def _take(self, request: Request, headers: ReportHeaders) -> Response:
        body = await _body(request, headers.length)
        if isinstance(body, Refused):
            return _refuse(request, body, unread=True)
        found = await run_in_threadpool(self._read, headers, body)
        if isinstance(found, Refused):
            return _refuse(request, found)
        note_known(request.scope)
        sender, frame = found
        now = Monotonic(time.monotonic())
        if not self._viewers.is_watched(sender, frame.incident, frame.camera, now):
            # Not logged: a frame that was under way when the last one looked away is no fault.
            return PlainTextResponse("Nobody looks at this camera.\n", 410)
        if self._memory.put(sender, frame, now):
            asyncio.get_running_loop().call_later(KEPT, self._drop_old)
            self._arrived.ring()
        return Response(status_code=204, headers={"webhook-id": headers.webhook_id})

    def _read(self, headers: ReportHeaders, body: bytes) -> tuple[SenderName, LiveFrame] | Refused:
        try:
            sender = self._signatures.signer(headers, body)
        except WireError as error:
            return Refused(401, str(error))
        try:
            return sender, read_frame(body)
        except WireError as error:
            return Refused(422, str(error))

    def _drop_old(self) -> None:
        self._memory.drop_old(Monotonic(time.monotonic()))

    async def _wait(self, sender: SenderName, after: int) -> bytes:
        began = time.monotonic()
        while True:
            ring, now = self._looked.next, Monotonic(time.monotonic())
            number, looks = self._viewers.looks(sender, now)
            patience = _AGAIN if looks else MOST_WAIT_FOR_LOOKS
            if number != after or now - began >= patience or self._closing:
                return write_looks(number, looks)
            await heard(ring, _CHECK_EVERY)


def _claims(request: Request) -> SenderName | None:
    claims = request.path_params.get("sender")
    return SenderName(claims) if claims else None


async def _body(request: Request, length: int) -> bytes | Refused:
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > length:
                    return Refused(400, "the frame is longer than its content-length")
    except TimeoutError:
        return Refused(408, f"the frame did not come within {_PATIENCE:.0f} s")
    except ClientDisconnect:
        return Refused(400, "the frame broke off")
    return bytes(body)


def _refuse(request: Request, refused: Refused, unread: bool = False) -> Response:
    host = request.client.host if request.client else "?"
    words = clean(refused.reason)
    log.warning("live frames for %s refused (HTTP %d): %s", host, refused.status, words)
    headers = {"connection": "close"} if unread else {}
    if refused.status == 503:
        headers["retry-after"] = "1"
    return PlainTextResponse(f"{refused.reason}\n", refused.status, headers)
