"""The simulator's page: a floor plan with a button and a lamp in each room.

Pressing there moves a mock pin.  It can do nothing that a person in the room could not.
"""

import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from service.static_files import StaticFiles
from service.urls import is_loopback
from service.web import Bounds, NotifyingServer, SecurityHeaders, bounded
from simulator.button import ButtonDriver
from simulator.event_stream import EventStream
from simulator.events import PlugAsked
from wire.ids import RoomId

_FILES: Final = StaticFiles(Path(__file__).parent / "page")
_STARTS_WITHIN_S: Final = 5.0
_BOUNDS: Final = Bounds(connections=400, keep_alive=5, shutdown=1)
_MOVES: Final[Mapping[str, Callable[[ButtonDriver], None]]] = {
    "press": ButtonDriver.press,
    "push": ButtonDriver.push,
    "let-go": ButtonDriver.let_go,
}


def make_app(
    school: Mapping[str, Any],
    drivers: Mapping[RoomId, ButtonDriver],
    board: EventStream,
    police: str,
    put: Callable[[PlugAsked], None],
) -> Starlette:
    """Put the addresses together; `school` is what the page asks for first, and what it asks of the
    receiver's plug is `put`.
    """

    async def rooms(_request: Request) -> Response:
        return JSONResponse(school)

    async def live(_request: Request) -> Response:
        return EventSourceResponse(board.listen(), ping=15, send_timeout=10)

    def move(request: Request) -> Response:
        driver = drivers.get(request.path_params["room"])
        move = _MOVES.get(request.path_params["move"])
        if driver is None or move is None:
            return PlainTextResponse("There is no such button.\n", 404)
        move(driver)
        return Response(status_code=204)

    async def plug(request: Request) -> Response:
        put(PlugAsked(request.url.path.endswith("/pull")))
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/school", rooms),
            Route("/live", live),
            Route("/rooms/{room}/{move}", move, methods=["POST"]),
            *[Route(f"/plug/{move}", plug, methods=["POST"]) for move in ("pull", "put-in")],
            Route("/", _FILES.answer),
            *[Route(f"/{name}", _FILES.answer) for name in _FILES.names],
        ],
        middleware=[Middleware(SecurityHeaders, policy=_policy(police), refuse=_refuse_strangers)],
    )


def _policy(police: str) -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        f" connect-src 'self'; frame-src {police}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


def _refuse_strangers(scope: Scope) -> Response | None:
    """Let nobody in but this machine's own browser."""
    if _is_ours(Headers(scope=scope)):
        return None
    return PlainTextResponse("Only this machine's own page may do that.\n", 403)


def _is_ours(headers: Headers) -> bool:
    """Another site in the same browser has its own origin; a rebound name is not loopback."""
    host = headers.get("host", "")
    origin = headers.get("origin", f"http://{host}")
    return is_loopback(urlsplit(f"//{host}").hostname or "") and origin == f"http://{host}"


class WebServer:
    """Serves an app on open sockets, in a thread of its own."""

    def __init__(self, app: Starlette, sockets: Sequence[socket.socket]) -> None:
        self._sockets = list(sockets)
        self._server = NotifyingServer(bounded(app, _BOUNDS))
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)

    def start(self) -> None:
        """Serve; returns when the first page can be had."""
        self._thread.start()
        pause, deadline = threading.Event(), time.monotonic() + _STARTS_WITHIN_S
        while not self._server.started and time.monotonic() < deadline:
            pause.wait(0.01)

    def stop(self) -> None:
        """End, with whatever pages are open."""
        self._server.should_exit = True
        self._thread.join(2.0)

    def _run(self) -> None:
        self._server.run(sockets=self._sockets)
