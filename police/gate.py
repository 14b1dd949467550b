"""Who may see pages and pictures, and from where.  Reports are authenticated separately.

Once there is an account, everybody logs in by their own.  Before that, pages are shown only under a
loopback name: a receiver put behind a proxy by mistake shows the world nothing.
"""

import logging
import sqlite3
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from police.roles import MAY_ANSWER
from service.login.build import Login
from service.login.refusal_book import note_told
from service.login.visit import NEEDS_CODE, Visit, where_of
from service.urls import is_loopback

log = logging.getLogger(__name__)

_REPORTS: Final = "/reports"
_ACCOUNTS: Final = "tocsin-police account NAME --role dispatcher --config police.toml"
_LOCAL_ONLY: Final = (
    f"This page is shown on this machine alone until there are accounts: {_ACCOUNTS}\n"
)
_SPOILT: Final = "The accounts of this receiver cannot be used; its log says why.\n"
_SIGNS_OF_A_PROXY: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_OWN_ACCOUNT: Final = ("/account", "/login", "/logout")
# A look changes nothing at the school.
_SEES_BY_POST: Final = "/looks"
_VISIT: Final = "tocsin.visit"
_GATE: Final = "tocsin.gate"


def policy(frame_ancestors: str) -> str:
    """Return the content security policy of pages that `frame_ancestors` alone may embed."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {frame_ancestors}"
    )


def visit_of(request: Request) -> Visit | None:
    """Return who asks, as the gate found it; None where nobody has an account."""
    found: Visit | None = request.scope.get(_VISIT)
    return found


def name_of(request: Request) -> str:
    """Return the account that asks; empty where nobody has one."""
    visit = visit_of(request)
    return visit.session.name if visit else ""


def may_answer(request: Request) -> bool:
    """True if who asks may answer, not only see; where nobody has an account, all may."""
    visit = visit_of(request)
    return visit is None or visit.session.role in MAY_ANSWER


async def may_see(request: Request) -> bool:
    """Ask the gate once more about a request that is still being answered."""
    gate: Gate = request.scope[_GATE]
    return await gate.refuse(request) is None


class Gate:
    """ASGI middleware: answers those who may not pass.  `login` None: accounts cannot be used.

    `before_login` are the addresses that everybody may ask.
    """

    def __init__(self, app: ASGIApp, login: Login | None, before_login: Collection[str]) -> None:
        self._app = app
        self._login = login
        self._before_login = before_login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] != "http" or scope["path"].startswith(_REPORTS):
            await self._app(scope, receive, send)
            return
        scope[_GATE] = self
        refused = await self.refuse(Request(scope))
        await (refused or self._app)(scope, receive, send)

    async def refuse(self, request: Request) -> Response | None:
        """Return the answer to a request that may not pass; None if it may."""
        if self._login is None:
            return PlainTextResponse(_SPOILT, 503)
        try:
            if await run_in_threadpool(self._login.visitors.has_accounts):
                return await self._by_account(request, self._login)
        except sqlite3.Error as error:
            log.error("the accounts cannot be read: %s", error)
            return PlainTextResponse(_SPOILT, 503)
        return None if _is_local(request.scope) else PlainTextResponse(_LOCAL_ONLY, 403)

    async def _by_account(self, request: Request, login: Login) -> Response | None:
        path = request.url.path
        visit = await login.visitors.find(request)
        request.scope[_VISIT] = visit
        if path in self._before_login:
            return None
        if visit is None:
            return _to("/login", 401, "Log in first.\n", request)
        if path.startswith(_OWN_ACCOUNT):
            return None
        if visit.is_limited:
            return _to("/account", 403, f"{NEEDS_CODE}\n", request)
        if request.method not in ("GET", "HEAD") and path != _SEES_BY_POST:
            return None if may_answer(request) else await self._refuse_change(request, login, visit)
        return None

    async def _refuse_change(self, request: Request, login: Login, visit: Visit) -> Response:
        name, address = visit.session.name, where_of(request).address
        await login.handler.book.refuse(name, f"wanted to change {request.url.path}", address)
        note_told(request.scope)
        return PlainTextResponse("You may see, and not answer.\n", 403)


def _to(place: str, status: int, words: str, request: Request) -> Response:
    """A person who opens the page is shown the way, a script is told."""
    if request.url.path == "/":
        return RedirectResponse(place, 303)
    return PlainTextResponse(words, status)


def _is_local(scope: Scope) -> bool:
    """A proxy that rewrites Host to a loopback name shows itself: by a header, or by HTTP/1.0."""
    headers = Headers(scope=scope)
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    forwarded = scope["http_version"] == "1.0" or any(map(headers.get, _SIGNS_OF_A_PROXY))
    return is_loopback(host) and not forwarded
