"""The authority's HTTPS server: four small requests, each answered or refused."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.trust.ca.authority import NotOursError
from gateway.trust.ca.enrolment import EnrolmentError
from gateway.trust.ca.register_source import RegisterSource
from gateway.trust.ca.registrar import Registrar
from wire.clean import clean
from wire.ids import Wall

log = logging.getLogger(__name__)

# A certificate and a request on P-256 are under 2 kB together.
_LARGEST: Final = 16_384
_Question = Callable[[Mapping[str, Any], Wall], dict[str, Any]]
_NOWHERE: Final = ("", 0)


def make_app(registrar: Registrar, register: RegisterSource, now: Callable[[], Wall]) -> Starlette:
    """Return the authority's web application over `registrar` and `register`."""

    async def authority(_request: Request) -> Response:
        return PlainTextResponse(registrar.certificate().decode("ascii"))

    async def join(request: Request) -> Response:
        address, _ = request.client or _NOWHERE
        return await _answer(request, partial(registrar.join, address=address), now())

    return Starlette(
        routes=[
            Route("/authority", authority),
            Route("/join", join, methods=["POST"]),
            Route("/renew", _asking(registrar.renew, now), methods=["POST"]),
            Route("/register", _asking(register.answer, now), methods=["POST"]),
        ]
    )


def _asking(
    question: _Question, now: Callable[[], Wall]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await _answer(request, question, now())

    return answer


async def _answer(request: Request, question: _Question, now: Wall) -> Response:
    fields = await _fields(request)
    if fields is None:
        return JSONResponse({"why": "the request cannot be read"}, 400)
    try:
        return JSONResponse(await run_in_threadpool(question, fields, now))
    except (EnrolmentError, NotOursError) as error:
        log.warning("request to %s refused: %s", request.url.path, clean(str(error)))
        return JSONResponse({"why": str(error)}, 403)


async def _fields(request: Request) -> Mapping[str, Any] | None:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                return None
        found = json.loads(body)
    except (ValueError, RecursionError, ClientDisconnect):
        return None
    return found if isinstance(found, dict) else None
