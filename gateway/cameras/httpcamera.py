"""A camera that is asked over HTTP.  By the type of its answer it gives snapshots, or a stream.

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
from gateway.cameras.mjpeg import Stream, first_picture, is_stream
from gateway.cameras.reach import Reach, anywhere
from gateway.cameras.snapshot import read_snapshot
from gateway.cameras.source import CameraError
from wire.ids import Wall

# A picture of 12 megapixels at a quality that nobody needs.
LARGEST: Final = 5_000_000
# For one wait; the owner loop cuts the whole of it.
_WAIT_S: Final = 3.5
_HEADERS: Final = {
    "User-Agent": "tocsin",
    "Accept": "image/jpeg, multipart/x-mixed-replace",
    "Accept-Encoding": "identity",
}


class HttpCamera:
    """The camera at `url`, behind a login or not; `ca` is a file of whom to trust, `reach` says at
    which addresses it may be.

    At rest a stream is opened for one picture and closed: cameras send fifteen a second to whoever
    listens.  While more are asked for it stays open.
    """

    def __init__(
        self,
        url: str,
        login: Login | None,
        ca: Path | None = None,
        reach: Reach = anywhere,
    ) -> None:
        self._url = url
        self._login = login
        self._auth: AuthBase | None = None
        self._line = Line(reach)
        self._visit = Visit(self._line)
        self._stream: Stream | None = None
        if ca is not None:
            self._visit.verify = str(ca)

    def take(self, pace: Pace, /) -> Shot:
        """Return what the camera says is its picture now; raises CameraError."""
        if pace is Pace.REST:
            self._end_stream()
        try:
            return self._stream.next() if self._stream else self._visited(pace)
        except (requests.RequestException, broken.HTTPError, OSError) as error:
            self._end_stream()
            raise CameraError(_in_words(error)) from error
        except CameraError:
            self._end_stream()
            raise

    def cut(self) -> None:
        """End the wait at once."""
        self._line.cut()

    def close(self) -> None:
        """Hang up."""
        self._end_stream()
        self._visit.close()

    def _visited(self, pace: Pace) -> Shot:
        self._line.mend()
        asked = Wall(time.time())
        answer = self._ask()
        try:
            if problem := self._problem(answer):
                raise CameraError(problem)
            kind = answer.headers.get("Content-Type", "something without a type")
            if is_stream(kind):
                return self._begin(answer, pace, asked)
            picture = read_snapshot(answer.raw, kind, LARGEST)
        except BaseException:
            # What is unread would be taken for the next answer.
            answer.close()
            raise
        answer.raw.release_conn()
        return Shot(picture, asked)

    def _begin(self, answer: Response, pace: Pace, asked: Wall) -> Shot:
        if pace is Pace.REST:
            picture = first_picture(answer.raw, LARGEST)
            answer.close()
            return Shot(picture, asked)
        self._stream = Stream(answer.raw, LARGEST)
        return self._stream.next()

    def _end_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream:
            self._line.cut()
            stream.close()

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
