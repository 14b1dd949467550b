"""What every answer bears, and whose changes are taken: those of our own pages alone."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
# A year; only a console with TLS says it.
_STAY: Final = "max-age=31536000"
_LARGEST: Final = 100_000


class Gate:
    """ASGI middleware: a change comes by POST, as JSON, and from a page of this address.

    A form of another site can send neither that type nor hide its origin.
    """

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, **({"strict-transport-security": _STAY} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or let the request through; either way the headers are on the answer."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope["method"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, marked)


def _refusal(method: str, headers: Headers) -> PlainTextResponse | None:
    if method in ("GET", "HEAD"):
        return None
    origin, host = headers.get("origin", ""), headers.get("host", "")
    if urlsplit(origin).netloc != host or headers.get("content-type") != "application/json":
        return PlainTextResponse("Only a page of this console may do that.\n", 403)
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _LARGEST:
        return PlainTextResponse("That is too long.\n", 413)
    return None
