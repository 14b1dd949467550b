"""A camera that is asked over HTTP.  By the type of its answer it gives snapshots, or a stream.

Follows no redirect, uses no proxy, reads no more than a picture, and keeps its connection.  No
reason it gives holds the address, because that may hold a login.
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
from gateway.cameras.picture_memory import PictureMemory, Share
from gateway.cameras.sources.address_policy import AddressPolicy, any_address
from gateway.cameras.sources.cancellable_http import CameraSession, CancellableAdapter
from gateway.cameras.sources.http_auth import Login
from gateway.cameras.sources.mjpeg import MjpegStream, first_picture, is_stream
from gateway.cameras.sources.snapshot import read_snapshot
from gateway.cameras.sources.source import CameraError
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
    """The camera at `url`, behind a login or not; `ca` is a file of whom to trust, `policy` says at
    which addresses it may be.

    At rest a stream is opened for one picture and closed: cameras send fifteen a second to a
    client that listens.  While more are asked for it stays open.
    """

    def __init__(
        self,
        url: str,
        login: Login | None,
        ca: Path | None = None,
        policy: AddressPolicy = any_address,
        share: Share | None = None,
    ) -> None:
        self._url = url
        self._login = login
        self._auth: AuthBase | None = None
        self._adapter = CancellableAdapter(policy)
        self._session = CameraSession(self._adapter)
        self._share = share or PictureMemory().share()
        self._stream: MjpegStream | None = None
        if ca is not None:
            self._session.verify = str(ca)

    def take(self, pace: Pace, /) -> Shot:
        """Return what the camera says is its picture now; raises CameraError."""
        if pace is Pace.REST:
            self._end_stream()
        try:
            shot = self._stream.next() if self._stream else self._requested(pace)
        except (requests.RequestException, broken.HTTPError, OSError) as error:
            self._end_stream()
            self._share.must_be_kept()
            raise CameraError(_in_words(error)) from error
        except CameraError:
            self._end_stream()
            raise
        self._share.keep(len(shot.jpeg))
        return shot

    def cut(self) -> None:
        """End the wait at once."""
        self._adapter.cut()

    def close(self) -> None:
        """Hang up."""
        self._end_stream()
        self._session.close()

    def _requested(self, pace: Pace) -> Shot:
        self._adapter.reset()
        self._share.begin(self._adapter.cut)
        asked = Wall(time.time())
        answer = self._ask()
        try:
            if problem := self._problem(answer):
                raise CameraError(problem)
            kind = answer.headers.get("Content-Type", "something without a type")
            if is_stream(kind):
                return self._begin(answer, pace, asked)
            picture = read_snapshot(answer.raw, kind, LARGEST, self._share.hold)
        except BaseException:
            # What is unread would be taken for the next answer.
            answer.close()
            raise
        if answer.raw.length_remaining == 0:
            answer.raw.release_conn()
        else:
            answer.close()
        return Shot(picture, asked)

    def _begin(self, answer: Response, pace: Pace, asked: Wall) -> Shot:
        if pace is Pace.REST:
            picture = first_picture(answer.raw, LARGEST, self._share.hold)
            answer.close()
            return Shot(picture, asked)
        self._stream = MjpegStream(answer.raw, LARGEST, self._share.hold)
        return self._stream.next()

    def _end_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream:
            self._adapter.cut()
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
        return self._session.get(
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
                "the camera refuses the login; check user and password_file"
                if self._login
                else "the camera asks for a login; set user and password_file"
            )
        if answer.is_redirect:
            return f"the camera redirects ({status}); give its final address as source"
        known = status in HTTPStatus.__members__.values()
        return f"the camera answers {status}{f' {HTTPStatus(status).phrase}' if known else ''}"


def _in_words(error: Exception) -> str:
    if isinstance(error, requests.Timeout | broken.TimeoutError):
        return f"the camera did not answer for {_WAIT_S} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "the camera's certificate is not trusted, or it does not speak TLS"
    inner = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(inner, broken.NameResolutionError):
        return "the camera's name cannot be looked up; give its IP address"
    if isinstance(error, requests.ConnectionError) and inner is not None:
        return "the camera cannot be reached"
    return "the connection broke in the middle of an answer"
