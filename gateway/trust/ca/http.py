"""The authority's HTTPS server: four small requests, each answered, or refused and written down."""

import json
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
from service.login.refusal_book import STRANGER, RefusalBook
from wire.ids import Wall

# A certificate and a request on P-256 are under 2 kB together.
_LARGEST: Final = 16_384
_Question = Callable[[Mapping[str, Any], Wall], dict[str, Any]]
_NOWHERE: Final = ("", 0)


def make_app(
    registrar: Registrar, register: RegisterSource, now: Callable[[], Wall], book: RefusalBook
) -> Starlette:
    """Return the authority's web application over `registrar` and `register`.

    What it refuses stands in `book`.
    """

    async def authority(_request: Request) -> Response:
        return PlainTextResponse(registrar.certificate().decode("ascii"))

    async def join(request: Request) -> Response:
        return await _answer(request, partial(registrar.join, address=_from(request)), now(), book)

    return Starlette(
        routes=[
            Route("/authority", authority),
            Route("/join", join, methods=["POST"]),
            Route("/renew", _asking(registrar.renew, now, book), methods=["POST"]),
            Route("/register", _asking(register.answer, now, book), methods=["POST"]),
        ]
    )


def _asking(
    question: _Question, now: Callable[[], Wall], book: RefusalBook
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await _answer(request, question, now(), book)

    return answer


async def _answer(request: Request, question: _Question, now: Wall, book: RefusalBook) -> Response:
    fields = await _fields(request)
    if fields is None:
        return await _refused(request, "the request cannot be read", 400, book)
    try:
        return JSONResponse(await run_in_threadpool(question, fields, now))
    except (EnrolmentError, NotOursError) as error:
        return await _refused(request, str(error), 403, book)


async def _refused(request: Request, why: str, status: int, book: RefusalBook) -> Response:
    await book.refuse(STRANGER, f"{request.url.path}: {why}", _from(request))
    return JSONResponse({"why": why}, status)


def _from(request: Request) -> str:
    address, _ = request.client or _NOWHERE
    return address


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
