"""The receiver's web side: one address for reports, a page and its data.  Decides nothing."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from police.answers import AnswersEndpoint
from police.changes import Changes
from police.dispatcher_view import write_incident, write_without_link
from police.gate import Gate, may_answer, may_see, policy
from police.incident_list import IncidentList
from police.live_endpoint import LiveEndpoint
from police.live_views import LiveViews
from police.reader import StoreReader
from police.report_endpoint import ReportEndpoint
from service.login.build import Login
from service.login.pages import UNREADABLE
from service.login.passkey_pages import ASK
from service.login.refusal_book import RefusalsWritten
from service.static_files import StaticFiles
from service.web import SecurityHeaders

_FILES: Final = StaticFiles(Path(__file__).parent / "page")
# What the login itself is made of, and holds nothing of anybody.
_BEFORE_LOGIN: Final = frozenset(
    ["/login", ASK, *(f"/{name}" for name in _FILES.names if not name.endswith(".html"))]
)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_JSON: Final = "application/json"
_HOLDS_THE_LINK: Final = (
    "A report as it came holds the live link, by which people answer: you may see, and not answer."
    "  What it tells is on the page.\n"
)
# A page that hears nothing for two pulses says that the connection is lost.
_PULSE: Final = 3
# Pages must not take the connections that reports need.
_MOST_PAGES: Final = 100


class IncidentApi:
    """What pages are given: who may not answer gets no address by which one could."""

    def __init__(self, reader: StoreReader, changes: Changes) -> None:
        self._reader = reader
        self._changes = changes
        self._pages = 0
        self._answering = IncidentList(reader, changes, write_incident)
        self._viewing = IncidentList(reader, changes, write_without_link)

    async def newest(self, request: Request) -> Response:
        """GET /incidents: newest first."""
        incidents = self._answering if may_answer(request) else self._viewing
        return Response(await incidents.newest(), media_type=_JSON)

    async def incident(self, request: Request) -> Response:
        """GET /incidents/{id}: the newest report as it came, which holds the live link."""
        if not may_answer(request):
            return PlainTextResponse(_HOLDS_THE_LINK, 403)
        body = await run_in_threadpool(
            self._reader.report,
            request.path_params["incident"],
            request.query_params.get("sender"),
        )
        return _not_found() if body is None else Response(body, media_type=_JSON)

    async def picture(self, request: Request) -> Response:
        """GET /pictures/{sha256}.jpg."""
        sha256 = request.path_params["sha256"]
        jpeg = None
        if _SHA256.fullmatch(sha256):
            jpeg = await run_in_threadpool(self._reader.picture, sha256)
        return _not_found() if jpeg is None else Response(jpeg, media_type="image/jpeg")

    async def live(self, request: Request) -> Response:
        """GET /live: events when something changed, and heartbeats (SSE), while one may see."""
        if self._pages >= _MOST_PAGES:
            return PlainTextResponse("This receiver has too many pages open.\n", 503)
        return EventSourceResponse(
            self._listen(partial(may_see, request)),
            ping=_PULSE,
            ping_message_factory=self._changes.pulse,
            send_timeout=10,
        )

    async def _listen(
        self, may_see: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[ServerSentEvent]:
        self._pages += 1
        try:
            async for event in self._changes.listen(may_see):
                yield event
        finally:
            self._pages -= 1


def make_app(
    reports: ReportEndpoint,
    incidents: IncidentApi,
    answers: AnswersEndpoint,
    live: LiveEndpoint,
    views: LiveViews,
    login: Login | None,
    frame_ancestors: str,
) -> Starlette:
    """Put the addresses together."""
    return Starlette(
        routes=[
            Route("/reports", reports.accept, methods=["POST"]),
            Route("/reports/answers", answers.poll),
            *[
                Route(f"/reports/live/frames{of}", act, methods=[method])
                for of in ("", "/{sender}")
                for method, act in (("GET", live.poll), ("POST", live.accept))
            ],
            Route("/looks", views.look, methods=["POST"]),
            Route("/answers", answers.accept, methods=["POST"]),
            Route("/reports/{sender}", reports.accept, methods=["POST"]),
            Route("/incidents", incidents.newest),
            Route("/incidents/{incident}", incidents.incident),
            Route("/pictures/{sha256}.jpg", incidents.picture),
            Route("/live", incidents.live),
            Route("/who", answers.who),
            Route("/login", _FILES.page("login.html")),
            Route("/account", _FILES.page("account.html")),
            *(login.pages.routes() if login else []),
            Route("/", _FILES.answer),
            *[Route(f"/{name}", _FILES.answer) for name in _FILES.names],
        ],
        middleware=[
            *(_books(login) if login else []),
            Middleware(SecurityHeaders, policy=policy(frame_ancestors), refuse=lambda _: None),
            Middleware(Gate, login=login, before_login=_BEFORE_LOGIN),
        ],
        exception_handlers=UNREADABLE,
    )


def _books(login: Login) -> list[Middleware]:
    """Schools' requests are signed, and refused in the log; people's are refused in the books."""
    return [Middleware(RefusalsWritten, book=login.handler.book, by_machines=("/reports",))]


def _not_found() -> Response:
    return PlainTextResponse("This receiver has no such page, incident or picture.\n", 404)
