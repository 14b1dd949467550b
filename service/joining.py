"""Has a new key signed by a school's authority, for whoever has a code: a unit, a second gateway.

The key is made here and never leaves.  Nobody is trusted before the authority's certificate has
been held against the code; only then is the code's secret shown, and to that authority alone.
"""

import http.client
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from service.files import write_whole
from service.identity import PEM, key_in, request_for
from service.renewal import AuthorityError, ask
from wire.errors import WireError
from wire.joincode import JoinCode, mark_of, read_code

_DEADLINE_S: Final = 10.0
_LARGEST: Final = 16_384


class JoinError(Exception):
    """Who wanted to join could not; the words say whose fault it is."""


def ask_to_join(url: str, typed: str, place: Path) -> Mapping[str, Any]:
    """Join by the code that a person `typed`; returns what the authority at `url` answers.

    Leaves `unit.key`, `ca.crt`, the new `unit.crt` and the gateway's `gateway.crt` in `place`.
    Raises JoinError.
    """
    try:
        answer = _ask_to_join(url.rstrip("/"), read_code(typed), place)
        write_whole(place / "unit.crt", str(answer["certificate"]).encode(), 0o644)
        write_whole(place / "gateway.crt", str(answer["gateway"]).encode(), 0o644)
        return answer
    except WireError as error:
        raise JoinError(f"that is no code: {error}") from error
    except ssl.SSLCertVerificationError as error:
        words = "the gateway's certificate does not name the address in that URL"
        raise JoinError(f"{words}, or is not the school's: {error.verify_message}") from error
    except AuthorityError as error:
        raise JoinError(f"the gateway refused: {error}") from error
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        raise JoinError(f"{url}: {error}") from error


def _ask_to_join(url: str, code: JoinCode, place: Path) -> Mapping[str, Any]:
    place.mkdir(parents=True, exist_ok=True)
    authority = _authority(url, code)
    write_whole(place / "ca.crt", authority, 0o644)
    asked = {
        "window": code.window,
        "secret": code.secret,
        "request": request_for(key_in(place / "unit.key")).decode("ascii"),
    }
    return ask(f"{url}/join", place / "ca.crt", asked)


def _authority(url: str, code: JoinCode) -> bytes:
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
            "the code is of another school's authority than the one that answered."
            "  Somebody may be listening in; nothing was told to it"
        )
    return found.public_bytes(PEM)
