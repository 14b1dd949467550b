"""Who may see pages and pictures, and the headers every answer bears.  Reports have their own lock.

With a password every page asks for it (HTTP Basic).  Without one, pages are shown only under a
loopback name: a receiver put behind a proxy by mistake shows the world nothing.
"""

import base64
import binascii
import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.broker import is_loopback

_REPORTS: Final = "/reports"


class Gate:
    """ASGI middleware; `login` is `user:password`, or empty for a loopback desk."""

    def __init__(self, app: ASGIApp, login: str, frame_ancestors: str) -> None:
        self._app = app
        self._login = login.encode()
        self._headers = {
            "content-security-policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                " connect-src 'self'; base-uri 'none'; form-action 'none';"
                f" frame-ancestors {frame_ancestors}"
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

        answer = (
            None if scope["path"].startswith(_REPORTS) else self._challenge(Headers(scope=scope))
        )
        await (answer or self._app)(scope, receive, marked)

    def _challenge(self, headers: Headers) -> PlainTextResponse | None:
        if not self._login:
            host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
            if is_loopback(host):
                return None
            words = "This page is shown on this machine alone until [page] user is set.\n"
            return PlainTextResponse(words, 403)
        if secrets.compare_digest(_given(headers.get("authorization", "")), self._login):
            return None
        ask = {"www-authenticate": 'Basic realm="Tocsin", charset="UTF-8"'}
        return PlainTextResponse("Log in to see this page.\n", 401, headers=ask)


def _given(header: str) -> bytes:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
