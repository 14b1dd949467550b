"""The headers of every answer, and the rule whose requests may change something: own pages only."""

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from service.web import is_own_page

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ALSO: Final = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# A year; only a console with TLS says it.
STAY_SECURE: Final = {"strict-transport-security": "max-age=31536000"}
_LARGEST: Final = 100_000


def refuse_strangers(url: str) -> Callable[[Scope], Response | None]:
    """Return what refuses a change, unless it comes as JSON from a page of this console.

    A form of another site can send neither that type nor hide its origin.  `url` is where people
    reach the console.
    """

    def refuse(scope: Scope) -> Response | None:
        if scope["method"] in ("GET", "HEAD"):
            return None
        headers = Headers(scope=scope)
        if not is_own_page(headers, url) or headers.get("content-type") != "application/json":
            return PlainTextResponse("Only a page of this console may do that.\n", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > _LARGEST:
            return PlainTextResponse("The request is too long.\n", 413)
        return None

    return refuse
