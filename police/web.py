"""The receiver's web side: one address for reports, a page and its data.  Decides nothing."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from police.answers import AnswerDesk
from police.changes import Changes
from police.desk import Head, write_incident
from police.gate import Gate
from police.intake import Intake
from police.shelf import Shelf

_PAGE: Final = Path(__file__).parent / "page"
_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_FILES: Final = {
    path.name: _TYPES.get(path.suffix, "image/svg+xml") for path in sorted(_PAGE.iterdir())
}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_JSON: Final = "application/json"
# A page that hears nothing for two pulses says that the connection is lost.
_PULSE: Final = 3
# Pages must not take the connections that reports need.
_MOST_PAGES: Final = 100


class Desk:
    """What pages are given; an incident is written once for each change, however many ask."""

    def __init__(self, shelf: Shelf, changes: Changes) -> None:
        self._shelf = shelf
        self._changes = changes
        self._pages = 0
        self._writing = asyncio.Lock()
        self._list: tuple[int, bytes] = (-1, b"[]")
        self._parts: dict[Head, bytes] = {}

    async def incidents(self, _request: Request) -> Response:
        """GET /incidents: newest first."""
        async with self._writing:
            count = self._changes.count
            if self._list[0] != count:
                self._list = count, await run_in_threadpool(self._write)
        return Response(self._list[1], media_type=_JSON)

    def _write(self) -> bytes:
        known, self._parts = self._parts, {}
        for head in self._shelf.heads():
            self._parts[head] = known.get(head) or write_incident(head, self._shelf.inside(head))
        return b"[" + b",".join(self._parts.values()) + b"]"

    async def incident(self, request: Request) -> Response:
        """GET /incidents/{id}: the newest report as it came."""
        body = await run_in_threadpool(
            self._shelf.report,
            request.path_params["incident"],
            request.query_params.get("sender"),
        )
        return _not_found() if body is None else Response(body, media_type=_JSON)

    async def picture(self, request: Request) -> Response:
        """GET /pictures/{sha256}.jpg."""
        sha256 = request.path_params["sha256"]
        jpeg = None
        if _SHA256.fullmatch(sha256):
            jpeg = await run_in_threadpool(self._shelf.picture, sha256)
        return _not_found() if jpeg is None else Response(jpeg, media_type="image/jpeg")

    async def live(self, _request: Request) -> Response:
        """GET /live: says when something changed, and that the receiver lives."""
        if self._pages >= _MOST_PAGES:
            return PlainTextResponse("Too many pages are open.\n", 503)
        return EventSourceResponse(
            self._listen(), ping=_PULSE, ping_message_factory=self._changes.pulse, send_timeout=10
        )

    async def _listen(self) -> AsyncIterator[ServerSentEvent]:
        self._pages += 1
        try:
            async for event in self._changes.listen():
                yield event
        finally:
            self._pages -= 1

    async def page(self, request: Request) -> Response:
        """GET /, and the files it needs."""
        name = request.url.path.strip("/") or "index.html"
        return FileResponse(_PAGE / name, media_type=_FILES[name])


def make_app(
    intake: Intake, desk: Desk, answers: AnswerDesk, login: str, frame_ancestors: str
) -> Starlette:
    """Put the addresses together."""
    return Starlette(
        routes=[
            Route("/reports", intake.take, methods=["POST"]),
            Route("/reports/answers", answers.poll),
            Route("/answers", answers.say, methods=["POST"]),
            Route("/reports/{sender}", intake.take, methods=["POST"]),
            Route("/incidents", desk.incidents),
            Route("/incidents/{incident}", desk.incident),
            Route("/pictures/{sha256}.jpg", desk.picture),
            Route("/live", desk.live),
            Route("/", desk.page),
            *[Route(f"/{name}", desk.page) for name in _FILES],
        ],
        middleware=[Middleware(Gate, login=login, frame_ancestors=frame_ancestors)],
    )


def _not_found() -> Response:
    return PlainTextResponse("There is no such thing here.\n", 404)
