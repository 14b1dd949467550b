"""The addresses of the console, put together."""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from gateway.console.gate import Gate
from gateway.console.pages import IncidentPages
from gateway.console.school import SchoolPages

_STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES: Final = {path.name: _TYPES[path.suffix] for path in sorted(_STATIC.iterdir())}


def make_app(pages: IncidentPages, school: SchoolPages, secure: bool) -> Starlette:
    """Return the whole; `secure` says that it is served over TLS."""
    return Starlette(
        routes=[
            Mount("/live/{token}", routes=_of_an_incident(pages)),
            Mount("/incidents/{incident}", routes=_of_an_incident(pages)),
            Route("/", school.home),
            Route("/login", school.login_page),
            Route("/login", school.log_in, methods=["POST"]),
            Route("/logout", school.log_out, methods=["POST"]),
            Route("/incidents", school.incidents),
            Route("/plan", school.plan_page),
            Route("/plan", school.move, methods=["POST"]),
            Route("/plans/{name}", school.plan),
            Route("/cameras/{camera}/test", school.test_camera, methods=["POST"]),
            *[Route(f"/static/{name}", _file) for name in _FILES],
        ],
        middleware=[Middleware(Gate, secure=secure)],
    )


def _of_an_incident(pages: IncidentPages) -> list[BaseRoute]:
    return [
        Route("/", pages.page),
        Route("/news", pages.news),
        Route("/watch", pages.watch),
        Route("/pictures/{picture:int}", pages.picture),
        Route("/plans/{name}", pages.plan),
        Route("/act", pages.act, methods=["POST"]),
        Route("/export", pages.export, methods=["POST"]),
    ]


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    headers = {"cache-control": "no-cache"}
    return FileResponse(_STATIC / name, media_type=_FILES[name], headers=headers)
