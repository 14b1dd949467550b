"""The routes of the console."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from gateway.console.answer_pages import AnswerPages
from gateway.console.camera_test import CameraTest
from gateway.console.fleet_pages import FleetPages
from gateway.console.incident_pages import IncidentPages
from gateway.console.mark_pages import MarkPages
from gateway.console.notice_pages import NoticePages
from gateway.console.plan_pages import PlanPages
from gateway.console.school_pages import SchoolPages
from gateway.console.security_headers import ALSO, POLICY, STAY_SECURE, refuse_strangers
from service.login.pages import UNREADABLE
from service.login.refusal_book import RefusalBook, RefusalsWritten
from service.static_files import StaticFiles
from service.web import SecurityHeaders

_FILES: Final = StaticFiles(Path(__file__).parent / "static")


def make_app(
    pages: IncidentPages,
    answers: AnswerPages,
    marks: MarkPages,
    school: SchoolPages,
    plan: PlanPages,
    camera: CameraTest,
    notices: NoticePages,
    fleet: FleetPages,
    login: Sequence[BaseRoute],
    url: str,
    book: RefusalBook,
) -> Starlette:
    """Return the whole; `login` are the addresses of accounts, `url` is where people reach it,
    `book` where refusals are written down."""
    also = {**ALSO, **(STAY_SECURE if url.startswith("https:") else {})}
    headers = Middleware(SecurityHeaders, policy=POLICY, refuse=refuse_strangers(url), also=also)
    return Starlette(
        routes=[
            Mount("/live/{token}", routes=_of_an_incident(pages, answers, marks)),
            Mount("/incidents/{incident}", routes=_of_an_incident(pages, answers, marks)),
            Route("/", school.home),
            Route("/login", school.login_page),
            Route("/account", school.account_page),
            *login,
            Route("/state", school.state),
            Route("/notices", notices.take, methods=["POST"]),
            Route("/notices/{word}", notices.page),
            Route("/notices/{word}", notices.take_by_link, methods=["POST"]),
            Route("/units", fleet.page),
            Route("/units/state", fleet.state),
            Route("/plan", plan.page),
            Route("/plan", plan.move, methods=["POST"]),
            Route("/plans/{name}", plan.plan),
            Route("/cameras/{camera}/test", camera.test, methods=["POST"]),
            *[Route(f"/static/{name}", _FILES.answer) for name in _FILES.names],
        ],
        middleware=[Middleware(RefusalsWritten, book=book), headers],
        exception_handlers=UNREADABLE,
    )


def _of_an_incident(
    pages: IncidentPages, answers: AnswerPages, marks: MarkPages
) -> list[BaseRoute]:
    return [
        Route("/", pages.page),
        Route("/news", pages.news),
        Route("/watch", pages.watch),
        Route("/pictures/{picture:int}", pages.picture),
        Route("/plans/{name}", pages.plan),
        Route("/act", answers.act, methods=["POST"]),
        Route("/mark", marks.mark, methods=["POST"]),
        Route("/export", pages.export, methods=["POST"]),
    ]
