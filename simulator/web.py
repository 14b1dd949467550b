"""The simulator's page: a floor plan with a button and a lamp in each room.

Pressing there moves a finger on a mock pin.  It can do nothing that a hand in the room could not.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.broker import is_loopback
from simulator.board import Board
from simulator.finger import Finger
from wire.ids import RoomId

_PAGE: Final = Path(__file__).parent / "page"
_FILES: Final = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
_USUAL_PORT: Final = 8911
_STARTS_WITHIN_S: Final = 5.0
_MOVES: Final[Mapping[str, Callable[[Finger], None]]] = {
    "press": Finger.press,
    "push": Finger.push,
    "let-go": Finger.let_go,
}


def open_door() -> socket.socket:
    """Return a socket bound to the usual port of the page, or to any if that one is taken."""
    for port in (_USUAL_PORT, 0):
        # Named as TCP, or asyncio leaves TCP_NODELAY off.
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
            door.listen()  # or another simulator that starts just now binds it, too
        except OSError:
            door.close()
            continue
        return door
    raise OSError("there is no free port on 127.0.0.1")


def make_app(
    school: Mapping[str, Any], fingers: Mapping[RoomId, Finger], board: Board, police: str
) -> Starlette:
    """Put the addresses together; `school` is what the page asks for first."""

    async def page(request: Request) -> Response:
        name, media_type = _FILES[request.url.path]
        return FileResponse(_PAGE / name, media_type=media_type)

    async def rooms(_request: Request) -> Response:
        return JSONResponse(school)

    async def live(_request: Request) -> Response:
        return EventSourceResponse(board.listen(), ping=15, send_timeout=10)

    def move(request: Request) -> Response:
        finger = fingers.get(request.path_params["room"])
        move = _MOVES.get(request.path_params["move"])
        if finger is None or move is None:
            return PlainTextResponse("There is no such button.\n", 404)
        move(finger)
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/school", rooms),
            Route("/live", live),
            Route("/rooms/{room}/{move}", move, methods=["POST"]),
            *[Route(path, page) for path in _FILES],
        ],
        middleware=[Middleware(Porch, police=police)],
    )


class Porch:
    """ASGI middleware: lets nobody in but this machine's own browser, and adds the headers."""

    def __init__(self, app: ASGIApp, police: str) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                f" connect-src 'self'; frame-src {police}; base-uri 'none'; form-action 'none';"
                " frame-ancestors 'none'"
            ),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a stranger, or let the request through and add the headers."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = PlainTextResponse("Only this machine's own page may do that.\n", 403)
        welcome = _is_ours(Headers(scope=scope))
        await (self._app if welcome else refusal)(scope, receive, marked)


def _is_ours(headers: Headers) -> bool:
    """Another site in the same browser has its own origin; a rebound name is not loopback."""
    host = headers.get("host", "")
    origin = headers.get("origin", f"http://{host}")
    return is_loopback(urlsplit(f"//{host}").hostname or "") and origin == f"http://{host}"


class WebServer:
    """Serves an app on an open door, in a thread of its own."""

    def __init__(self, app: Starlette, door: socket.socket) -> None:
        self._door = door
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level=logging.WARNING,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
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
        self._door.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._door])
