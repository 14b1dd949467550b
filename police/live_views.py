"""The pages' side of live views: what a page looks at, and the newest frames of that.

POST /looks {viewer, looks: [{sender, incident, camera, after}, …]} is answered as soon as one of
these cameras has a frame after the number `after`, or in 2 s.  An answer is a line of JSON for each
frame, and `bytes` bytes of JPEG behind it.  A page that looks away tells an empty list, or nothing.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from police.bell import Bell, heard
from police.frame_memory import FrameMemory
from police.looks import View, Viewer, Viewers
from police.reader import LiveCard, StoreReader
from police.receiver import SenderName
from police.sanitize import text
from service.web import is_own_page
from wire.ids import CameraId, Monotonic, Seconds
from wire.limits import LARGEST_NUMBER, MOST_LOOKS
from wire.moment import write_moment

# Shorter than a viewer lasts (looks.py): a page that goes on looking is never left out.
_LONGEST_WAIT: Final = Seconds(2.0)
_LARGEST: Final = 8_000
_MOST_CARDS: Final = 500

Known = dict[tuple[str, str], LiveCard | None]


class _Wanted(NamedTuple):
    """A camera that a page shows; it has the frame of the number `after`."""

    sender: str
    incident: str
    camera: str
    after: int


class LiveViews:
    """Lives in the event loop's thread; rings `looked` when a page tells what it looks at, and is
    woken by `arrived`.  `count` is another number whenever a card may be another one.
    """

    def __init__(
        self,
        viewers: Viewers,
        memory: FrameMemory,
        reader: StoreReader,
        count: Callable[[], int],
        looked: Bell,
        arrived: Bell,
    ) -> None:
        self._viewers = viewers
        self._memory = memory
        self._reader = reader
        self._count = count
        self._looked = looked
        self._arrived = arrived
        self._cards: tuple[int, Known] = (-1, {})

    async def look(self, request: Request) -> Response:
        """POST /looks: a page tells what it shows, and gets what is new of that."""
        given = await _given(request)
        if given is None:
            return PlainTextResponse("The look was not taken: reload this page.\n", 403)
        viewer, wanted = given
        views: dict[_Wanted, View] = {}
        for each in wanted:
            if view := await self._view(each):
                views[each] = view
        if not self._viewers.watch(viewer, views.values(), Monotonic(time.monotonic())):
            return PlainTextResponse("This receiver has too many pages that look.\n", 503)
        self._looked.ring()
        if not views:
            return Response(status_code=204)
        return Response(await self._wait(views), media_type="application/octet-stream")

    async def _view(self, wanted: _Wanted) -> View | None:
        """Return what is looked at, if its incident is open and a report has named its camera."""
        count = self._count()
        if self._cards[0] != count or len(self._cards[1]) >= _MOST_CARDS:
            self._cards = count, {}
        known, key = self._cards[1], (wanted.sender, wanted.incident)
        if key not in known:
            known[key] = await run_in_threadpool(self._reader.live_card, *key)
        card = known[key]
        if card is None or wanted.camera not in card.cameras:
            return None
        return View(SenderName(wanted.sender), CameraId(wanted.camera), card.incidents)

    async def _wait(self, views: Mapping[_Wanted, View]) -> bytes:
        ends = time.monotonic() + _LONGEST_WAIT
        while True:
            ring = self._arrived.next
            found = b"".join([self._frame(wanted) for wanted in views])
            left = ends - time.monotonic()
            if found or left <= 0:
                return found
            await heard(ring, left)

    def _frame(self, wanted: _Wanted) -> bytes:
        now = Monotonic(time.monotonic())
        held = self._memory.newest(SenderName(wanted.sender), CameraId(wanted.camera), now)
        if held is None or held.number <= wanted.after:
            return b""
        head = {
            "sender": wanted.sender,
            "incident": wanted.incident,
            "camera": wanted.camera,
            "number": held.number,
            "taken_at": write_moment(held.frame.taken_at),
            "age": round(held.age(now), 3),
            "bytes": len(held.frame.jpeg),
        }
        return json.dumps(head).encode() + b"\n" + held.frame.jpeg


async def _given(request: Request) -> tuple[Viewer, list[_Wanted]] | None:
    """Return who looks at what; None for another site's page, or for rubbish."""
    length = request.headers.get("content-length", "")
    if not is_own_page(request.headers) or not length.isdecimal() or int(length) > _LARGEST:
        return None
    if request.headers.get("content-type") != "application/json":
        return None
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    viewer, looks = found.get("viewer"), found.get("looks")
    if not isinstance(viewer, str) or not 8 <= len(viewer) <= 64 or not isinstance(looks, list):
        return None
    return Viewer(viewer), [_wanted(each) for each in looks[:MOST_LOOKS] if isinstance(each, dict)]


def _wanted(given: Mapping[str, Any]) -> _Wanted:
    after = given.get("after")
    sender, incident, camera = (text(given.get(key), 36) for key in _Wanted._fields[:3])
    known = after if isinstance(after, int) and 0 <= after < LARGEST_NUMBER else 0
    return _Wanted(sender, incident, camera, known)
