"""A camera that hands out snapshots over HTTP: most network cameras do.

Follows no redirect, uses no proxy, reads no more than a picture, and keeps its connection.  No
reason it gives holds the address, for that may hold a login of its own.
"""

import time
from http import HTTPStatus
from pathlib import Path
from typing import Final

import requests
from requests import Response
from requests.auth import AuthBase
from urllib3 import exceptions as broken

from gateway.cameras.events import Pace, Shot
from gateway.cameras.line import Line, Visit
from gateway.cameras.login import Login
from gateway.cameras.source import CameraError
from wire.clean import clean
from wire.ids import Wall

# A picture of 12 megapixels at a quality that nobody needs.
LARGEST: Final = 5_000_000
# For one wait; the owner loop cuts the whole of it.
_WAIT_S: Final = 3.5
_MAGIC: Final = b"\xff\xd8\xff"
_HEADERS: Final = {"User-Agent": "tocsin", "Accept": "image/jpeg", "Accept-Encoding": "identity"}


class Snapshot:
    """The picture at `url`, behind a login or not; `ca` is a file of whom to trust."""

    def __init__(self, url: str, login: Login | None, ca: Path | None = None) -> None:
        self._url = url
        self._login = login
        self._auth: AuthBase | None = None
        self._line = Line()
        self._visit = Visit(self._line)
        if ca is not None:
            self._visit.verify = str(ca)

    def take(self, _pace: Pace) -> Shot:
        """Return what the camera says is its picture now; raises CameraError."""
        self._line.mend()
        asked = Wall(time.time())
        try:
            return Shot(self._read(self._ask()), asked)
        except (requests.RequestException, broken.HTTPError, OSError) as error:
            raise CameraError(_in_words(error)) from error

    def cut(self) -> None:
        """End the wait at once."""
        self._line.cut()

    def close(self) -> None:
        """Hang up."""
        self._visit.close()

    def _ask(self) -> Response:
        try:
            answer = self._get()
        except requests.ConnectionError as error:
            # The camera may have closed the kept connection just as it was used again.
            if not (error.args and isinstance(error.args[0], broken.ProtocolError)):
                raise
            answer = self._get()
        if answer.status_code == HTTPStatus.UNAUTHORIZED and self._login:
            challenge = answer.headers.get("WWW-Authenticate", "")
            answer.close()
            self._auth = self._login.answer(challenge)
            answer = self._get()
        return answer

    def _get(self) -> Response:
        return self._visit.get(
            self._url,
            headers=_HEADERS,
            auth=self._auth,
            timeout=_WAIT_S,
            allow_redirects=False,
            stream=True,
        )

    def _read(self, answer: Response) -> bytes:
        try:
            if problem := self._problem(answer):
                raise CameraError(problem)
            head: bytes = answer.raw.read(len(_MAGIC), decode_content=False)
            if head != _MAGIC:
                raise CameraError(f"it sends no JPEG but {_kind(answer)}")
            picture = head + _rest(answer)
        except BaseException:
            # What is unread would be taken for the next answer.
            answer.close()
            raise
        answer.raw.release_conn()
        return picture

    def _problem(self, answer: Response) -> str | None:
        status = answer.status_code
        if status == HTTPStatus.OK:
            return None
        if status == HTTPStatus.UNAUTHORIZED:
            return (
                "it refuses the login; check user and password_file"
                if self._login
                else "it asks for a login; set user and password_file"
            )
        if answer.is_redirect:
            return f"it redirects ({status}); give the final address as source"
        known = status in HTTPStatus.__members__.values()
        return f"it answers {status}{f' {HTTPStatus(status).phrase}' if known else ''}"


def _rest(answer: Response) -> bytes:
    """Read to the end: only the read after the last byte tells a whole answer from half of one."""
    found = bytearray()
    while more := answer.raw.read(LARGEST, decode_content=False):
        found += more
        if len(found) >= LARGEST:
            raise CameraError(f"it sends more than {LARGEST // 1_000_000} MB")
    return bytes(found)


def _kind(answer: Response) -> str:
    return clean(answer.headers.get("Content-Type", "something without a type"), 60)


def _in_words(error: Exception) -> str:
    if isinstance(error, requests.Timeout | broken.TimeoutError):
        return f"no answer for {_WAIT_S} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted, or it does not speak TLS"
    inner = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(inner, broken.NameResolutionError):
        return "its name is not known here; give its IP address"
    if isinstance(error, requests.ConnectionError) and inner is not None:
        return "it cannot be reached"
    return "the connection broke in the middle of an answer"
