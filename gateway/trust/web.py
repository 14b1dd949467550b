"""The authority's door: three questions over HTTPS, each small, each answered or refused."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.trust.authority import NotOursError
from gateway.trust.clerk import Clerk
from gateway.trust.enrolment import EnrolmentError
from wire.clean import clean
from wire.ids import Wall

log = logging.getLogger(__name__)

# A certificate and a request on P-256 are under 2 kB together.
_LARGEST: Final = 16_384
_Question = Callable[[Mapping[str, Any], Wall], dict[str, Any]]


def make_app(clerk: Clerk, now: Callable[[], Wall]) -> Starlette:
    """Return the authority's door in front of `clerk`."""

    async def authority(_request: Request) -> Response:
        return PlainTextResponse(clerk.certificate().decode("ascii"))

    return Starlette(
        routes=[
            Route("/authority", authority),
            Route("/join", _asking(clerk.join, now), methods=["POST"]),
            Route("/renew", _asking(clerk.renew, now), methods=["POST"]),
        ]
    )


def _asking(
    question: _Question, now: Callable[[], Wall]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        fields = await _fields(request)
        if fields is None:
            return JSONResponse({"why": "no question that can be read"}, 400)
        try:
            return JSONResponse(await run_in_threadpool(question, fields, now()))
        except (EnrolmentError, NotOursError) as error:
            log.warning("refused %s: %s", request.url.path, clean(str(error)))
            return JSONResponse({"why": str(error)}, 403)

    return answer


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
