"""Answers a camera's login challenge: Digest where it is offered, Basic otherwise."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from requests import Response
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from gateway.cameras.source import CameraError


class Login:
    """`password_file` is read when a camera asks, so that a new password needs no restart."""

    def __init__(self, user: str, password_file: Path) -> None:
        self._user = user
        self._password_file = password_file

    def answer(self, challenge: str) -> AuthBase:
        """Return the login that WWW-Authenticate: `challenge` asks for; raises CameraError."""
        offered = challenge.lower()
        if "digest" in offered:
            return _Digest(self._user, self._password())
        if "basic" in offered:
            return HTTPBasicAuth(self._user.encode(), self._password().encode())
        raise CameraError("it asks for a kind of login that is neither Basic nor Digest")

    def words(self) -> tuple[str, str]:
        """Return user and password as they are now; raises CameraError."""
        return self._user, self._password()

    def _password(self) -> str:
        try:
            return self._password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CameraError(f"its password_file cannot be read: {error}") from error


class _Digest(HTTPDigestAuth):
    def handle_401(self, r: Response, **kwargs: Any) -> Response:
        # requests would read the whole body of a refusal, however long.
        if r.status_code == HTTPStatus.UNAUTHORIZED:
            r.close()
        answer: Response = super().handle_401(r, **kwargs)  # type: ignore[no-untyped-call]
        return answer
