"""Answers a camera's login challenge: Digest where it is offered, Basic otherwise.

Digest is implemented here, because cameras challenge in forms that libraries reject: any order,
capitals and blanks, no algorithm, lists of qop, names in any script (RFC 7616, and 2069 for the
oldest).
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth

from gateway.cameras.sources.source import CameraError
from service.secrets import read_password, unreadable
from wire.clean import clean

# The best first; each also as `-sess`.
_HASHES: Final = {"sha-256": "sha256", "md5": "md5"}
# A comma that is in no quoted string ends a piece; a piece may begin a challenge by its scheme.
_PIECE: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER: Final = re.compile(r"(?:([^\s=,]+)\s+)?([^\s=,]+)\s*=\s*(.*)", re.DOTALL)


class Challenge(NamedTuple):
    """One way to log in that a camera offers; `scheme` and names are in lower case."""

    scheme: str
    parameters: dict[str, str]


class Login:
    """`password_file` is read when a camera asks, so that a new password needs no restart."""

    def __init__(self, user: str, password_file: Path) -> None:
        self._user = user
        self._password_file = password_file

    def answer(self, challenge: str) -> AuthBase:
        """Return the login that WWW-Authenticate: `challenge` asks for; raises CameraError."""
        # The very bytes that it sent are what counts: a realm is in any script.
        sent = challenge.encode("latin-1", "replace").decode(errors="surrogateescape")
        offered = list(read_challenges(sent))
        digests = [each.parameters for each in offered if each.scheme == "digest"]
        fit = [each for name in _HASHES for each in digests if _hash_of(each)[0] == name]
        if fit:
            return Digest(self._user, self._password(), fit[0])
        if any(each.scheme == "basic" for each in offered):
            return HTTPBasicAuth(self._user.encode(), self._password().encode())
        if digests:
            named = clean(digests[0].get("algorithm", ""), 30)
            raise CameraError(
                f"the camera asks for a Digest login of a kind that is not known: {named}"
            )
        raise CameraError("the camera asks for a login that is neither Basic nor Digest")

    def words(self) -> tuple[str, str]:
        """Return user and password as they are now; raises CameraError."""
        return self._user, self._password()

    def _password(self) -> str:
        try:
            return read_password(self._password_file)
        except OSError as error:
            told = unreadable(self._password_file, error)
            raise CameraError(f"the camera's password_file: {told}") from error


class Digest(AuthBase):
    """The answers to one challenge, each counted; raises CameraError if it cannot be answered."""

    def __init__(self, user: str, password: str, challenge: Mapping[str, str]) -> None:
        if not challenge.get("nonce"):
            raise CameraError("the camera asks for a Digest login and gives no nonce")
        name, self._in_session = _hash_of(challenge)
        self._hash = _HASHES[name]
        self._user = user
        self._password = password
        self._challenge = challenge
        self._qop = _qop_of(challenge.get("qop"))
        self._count = 0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Log a request in."""
        self._count += 1
        words = self._words(str(request.method), str(request.path_url))
        request.headers["Authorization"] = words.encode(errors="surrogateescape")  # type: ignore[assignment]
        return request

    def _words(self, method: str, uri: str) -> str:
        realm, nonce = self._challenge.get("realm", ""), self._challenge["nonce"]
        count, once = f"{self._count:08x}", os.urandom(8).hex()
        who = self._digest(f"{self._user}:{realm}:{self._password}")
        if self._in_session:
            who = self._digest(f"{who}:{nonce}:{once}")
        body = f":{self._digest('')}" if self._qop == "auth-int" else ""
        what = self._digest(f"{method}:{uri}{body}")
        between = f"{nonce}:{count}:{once}:{self._qop}" if self._qop else nonce
        quoted = {
            "username": self._user,
            "realm": realm,
            "nonce": nonce,
            "uri": uri,
            "response": self._digest(f"{who}:{between}:{what}"),
            **({"cnonce": once} if self._qop or self._in_session else {}),
            **({"opaque": self._challenge["opaque"]} if "opaque" in self._challenge else {}),
        }
        plain = {"nc": count, "qop": self._qop} if self._qop else {}
        if "algorithm" in self._challenge:
            plain["algorithm"] = self._challenge["algorithm"]
        said = [f'{name}="{_escaped(value)}"' for name, value in quoted.items()]
        return f"Digest {', '.join([*said, *(f'{k}={v}' for k, v in plain.items())])}"

    def _digest(self, text: str) -> str:
        data = text.encode(errors="surrogateescape")
        return hashlib.new(self._hash, data, usedforsecurity=False).hexdigest()


def read_challenges(text: str) -> Iterator[Challenge]:
    """Read WWW-Authenticate (RFC 9110, 11.6.1), of which several may be joined by commas."""
    current: Challenge | None = None
    for piece in map(str.strip, _PIECE.findall(text)):
        found = _PARAMETER.fullmatch(piece)
        if found is None or found[1]:
            if current:
                yield current
            scheme = found[1] if found else piece.partition(" ")[0]
            current = Challenge(scheme.lower(), {})
        if found and current:
            current.parameters[found[2].lower()] = _unquoted(found[3].strip())
    if current:
        yield current


def _hash_of(challenge: Mapping[str, str]) -> tuple[str, bool]:
    """The hash that is asked for, in lower case, and whether for a session; MD5 if unsaid."""
    name = challenge.get("algorithm", "").strip().lower() or "md5"
    return name.removesuffix("-sess"), name.endswith("-sess")


def _qop_of(text: str | None) -> str:
    """Choose of a list; empty as in RFC 2069 if there is none."""
    offered = [each.strip().lower() for each in (text or "").split(",") if each.strip()]
    chosen = next((each for each in ("auth", "auth-int") if each in offered), "")
    if offered and not chosen:
        raise CameraError(f"the camera asks for a Digest login with qop={clean(text or '', 30)}")
    return chosen


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
    return value


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
