"""Who may see pages and pictures, and from where.  Reports are authenticated separately.

With a password every page asks for it (HTTP Basic).  Without one, pages are shown only under a
loopback name: a receiver put behind a proxy by mistake shows the world nothing.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from service.connections import note_known
from service.urls import is_loopback

_REPORTS: Final = "/reports"
_LOCAL_ONLY: Final = "This page is shown on this machine alone until [page] user is set.\n"
_SIGNS_OF_A_PROXY: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


def policy(frame_ancestors: str) -> str:
    """Return the content security policy of pages that `frame_ancestors` alone may embed."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {frame_ancestors}"
    )


def refuse_strangers(login: str) -> Callable[[Scope], Response | None]:
    """Return what asks everybody for `login`, which is `user:password`, or empty on loopback."""
    whole = login.encode()

    def refuse(scope: Scope) -> Response | None:
        if scope["path"].startswith(_REPORTS):
            return None
        headers = Headers(scope=scope)
        if not whole:
            return None if _is_local(scope, headers) else PlainTextResponse(_LOCAL_ONLY, 403)
        if secrets.compare_digest(_given(headers.get("authorization", "")), whole):
            note_known(scope)
            return None
        ask = {"www-authenticate": 'Basic realm="Tocsin", charset="UTF-8"'}
        return PlainTextResponse("Log in to see this page.\n", 401, headers=ask)

    return refuse


def _is_local(scope: Scope, headers: Headers) -> bool:
    """A proxy that rewrites Host to a loopback name shows itself: by a header, or by HTTP/1.0."""
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    forwarded = scope["http_version"] == "1.0" or any(map(headers.get, _SIGNS_OF_A_PROXY))
    return is_loopback(host) and not forwarded


def _given(header: str) -> bytes:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
