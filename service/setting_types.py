"""Names, ports and other values that settings of several processes hold."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

from service.settings import matching
from service.urls import is_loopback, read_url
from wire.ids import CAMERA, NAME, ROOM

Name = Annotated[str, matching(NAME.pattern, "give 3 to 32 of a-z, 0-9 and -")]
"""A site, a unit, a receiver."""

CameraName = Annotated[str, matching(CAMERA.pattern, "give 1 to 32 of a-z, 0-9 and -")]

RoomName = Annotated[
    str, matching(ROOM.pattern, "give 1 to 32 letters A-Z, digits, blanks and ._-, as on the door")
]

SiteName = Annotated[
    str,
    matching(r"(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*|", "give the DNS name alone: console.school.org"),
]
"""The DNS name of pages, as it stands in their addresses, or an empty text."""

Port = Annotated[int, Field(ge=1, le=65535)]


def must_be_safe(url: str) -> str:
    """Return `url` if it is https, or http on this machine, without a login; raises ValueError."""
    parts = read_url(url, ("http", "https"), "https://host/path")
    if parts.username:
        raise ValueError("no login belongs into an address; give it as https://host/path")
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("plain http:// is for a loopback address only; use https://")
    return url


def _must_be_server(url: str) -> str:
    parts = read_url(url, ("https",), "https://host:8443")
    if parts.username or parts.path.strip("/") or parts.query:
        raise ValueError("give scheme, host and port alone: https://host:8443")
    return url


def _or_nothing(judge: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda url: judge(url) if url else url)


SafeUrl = Annotated[str, AfterValidator(must_be_safe)]
"""An address of pages or reports: https, or http on this machine."""

OptionalUrl = Annotated[str, _or_nothing(must_be_safe)]
"""The same, or an empty text."""

OptionalServer = Annotated[str, _or_nothing(_must_be_server)]
"""A server's address without a path, `https://host:port`, or an empty text."""
