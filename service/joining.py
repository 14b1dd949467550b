"""Gets a new key signed by a school's authority, for the holder of an enrolment code.

The holder is a unit or a second gateway.  The key is made here and never leaves.  Nobody is trusted
before the authority's certificate was checked against the code; only then is the code's secret
sent, and to that authority alone.  Asking again is harmless: the key stays where it is, and the
authority returns, as long as the code is valid, the certificate that it gave before.
"""

import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from service.files import remove, write_whole
from service.folder import make_folder
from service.identity import PEM, Certificate, key_in, request_for
from service.renewal import AuthorityError, RefusedError, ask
from wire.errors import WireError
from wire.joincode import JoinCode, mark_of, read_code

AUTHORITY: Final = "ca.crt"
CERTIFICATE: Final = "unit.crt"
KEY: Final = "unit.key"
GATEWAY: Final = "gateway.crt"
FILES: Final = (AUTHORITY, KEY, CERTIFICATE, GATEWAY)
"""What `ask_to_join` leaves in its folder."""

_DEADLINE_S: Final = 10.0
_LARGEST: Final = 16_384


class JoinError(Exception):
    """Joining failed; the text says whose fault it is."""


class Invitation(NamedTuple):
    """A code, and the authority at `url` of which it speaks."""

    url: str
    code: JoinCode
    authority: Certificate


def read_invitation(url: str, typed: str) -> Invitation:
    """Hold the authority at `url` against the code that a person `typed`; raises JoinError."""
    with _in_words(url):
        code = read_code(typed)
        return Invitation(url.rstrip("/"), code, _authority(url.rstrip("/"), code))


def ask_to_join(
    invitation: Invitation, place: Path, names: Mapping[str, str] = MappingProxyType({})
) -> Mapping[str, Any]:
    """Join by `invitation`; returns what the authority answers.  May be asked again and again.

    One that has a name gives it in `names`: as `unit` if it keeps it, as `was` if it gets another.
    A code that does not fit is refused unused.

    Leaves FILES in `place`, where a key that is there stays.  Raises JoinError.
    """
    url, code, authority = invitation
    with _in_words(url):
        make_folder(place)
        write_whole(place / AUTHORITY, authority.public_bytes(PEM), 0o644)
        asked = {"window": code.window, "secret": code.secret, "request": _request_from(place)}
        answer = _ask(url, place, {**asked, **names})
        write_whole(place / CERTIFICATE, str(answer["certificate"]).encode(), 0o644)
        write_whole(place / GATEWAY, str(answer["gateway"]).encode(), 0o644)
        return answer


def _request_from(place: Path) -> str:
    try:
        key = key_in(place / KEY)
    except ValueError:
        remove(place / KEY)  # spoilt: whatever it was good for is lost already
        key = key_in(place / KEY)
    return request_for(key).decode("ascii")


def _ask(url: str, place: Path, fields: dict[str, str]) -> Mapping[str, Any]:
    try:
        return ask(f"{url}/join", place / AUTHORITY, fields)
    except (RefusedError, ssl.SSLCertVerificationError):
        raise
    except (AuthorityError, OSError) as error:
        again = "its answer may have been lost on the way: run the same command again"
        raise JoinError(f"{url}: {error}; {again}") from error


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Turn whatever goes wrong on the way to `url` into a JoinError."""
    try:
        yield
    except WireError as error:
        raise JoinError(f"invalid enrolment code: {error}") from error
    except ssl.SSLCertVerificationError as error:
        words = "the gateway's certificate does not name the address in that URL"
        raise JoinError(f"{words}, or is not the school's: {error.verify_message}") from error
    except RefusedError as error:
        raise JoinError(f"the gateway refused: {error}") from error
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        raise JoinError(f"{url}: {error}") from error


def _authority(url: str, code: JoinCode) -> Certificate:
    """Return the authority's certificate, if it is the one that the code speaks of."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("give the gateway as https://host:8443")
    # The one moment without trust: what is read here counts only if it fits the code.
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    line = http.client.HTTPSConnection(
        parts.hostname, parts.port or 8443, timeout=_DEADLINE_S, context=blind
    )
    try:
        line.request("GET", "/authority")
        found = x509.load_pem_x509_certificate(line.getresponse().read(_LARGEST))
    finally:
        line.close()
    if mark_of(found.fingerprint(hashes.SHA256())) != code.mark:
        raise JoinError(
            "the server that answered is not of the school that made this code."
            "  Somebody may be listening in; nothing was sent to it"
        )
    return found
