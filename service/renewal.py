"""Renews a certificate at two thirds of its life, for the same key, without a restart.

A thread that checks once an hour.  Nothing waits for it: established connections stay, and the next
one is made with the new certificate.
"""

from __future__ import annotations

import http.client
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from service.events import CallbackFailed
from service.files import write_whole
from service.identity import (
    Certificate,
    follows,
    is_due,
    is_issued_by,
    key_in,
    needs_another,
    read_certificate,
    request_for,
)
from service.periodic import Periodic
from service.tls import client_tls
from wire.clean import clean
from wire.ids import Seconds, Wall

log = logging.getLogger(__name__)

_EVERY: Final = Seconds(3600.0)
_DEADLINE_S: Final = 10.0
# Two certificates and some words.
_LARGEST_ANSWER: Final = 65_536


class AuthorityError(Exception):
    """The authority did not give what was asked for; the words say why."""


class RefusedError(AuthorityError):
    """It answered, and says no."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its key, `ca` whom both sides trust; `taken` hears of a new certificate."""

    ca: Path
    cert: Path
    key: Path
    taken: Callable[[], None]


class Renewal:
    """Keeps `identities` renewed by the authority at `url`."""

    def __init__(
        self, url: str, identities: Sequence[Identity], put: Callable[[CallbackFailed], None]
    ) -> None:
        self._url = url
        self._identities = identities
        self._periodic = Periodic("renewal", _EVERY, self._check_all, put)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def _check_all(self) -> None:
        for each in self._identities:
            try:
                renew_if_due(self._url, each, Wall(time.time()))
            except (AuthorityError, OSError, ValueError) as error:
                # Its end is a trouble of its own, thirty days before (gateway/app/housekeeping.py).
                log.warning(
                    "certificate %s could not be renewed: %s", each.cert.name, clean(str(error))
                )


def renew_if_due(url: str, identity: Identity, now: Wall) -> bool:
    """Renew a certificate past two thirds of its life; returns whether that was so.

    One of another authority is somebody else's to renew.
    Raises AuthorityError, OSError or ValueError; the old certificate then stays.
    """
    old, authority = read_certificate(identity.cert), read_certificate(identity.ca)
    if not is_issued_by(old, authority):
        return False
    if needs_another(authority, now):
        _try_new_authority(url, identity.ca, authority)
    if not is_due(old, now):
        return False
    key = key_in(identity.key)
    asked = {
        "certificate": identity.cert.read_text("ascii"),
        "request": request_for(key).decode("ascii"),
    }
    answer = ask(f"{url}/renew", identity.ca, asked)
    new = str(answer.get("certificate", "")).encode()
    write_whole(identity.cert, new, 0o644)
    log.info(
        "certificate %s renewed, valid until %s",
        identity.cert.name,
        read_certificate(identity.cert).not_valid_after_utc,
    )
    identity.taken()
    return True


def _try_new_authority(url: str, ca: Path, old: Certificate) -> None:
    try:
        _take_new_authority(url, ca, old)
    except (http.client.HTTPException, AuthorityError, OSError, ValueError) as error:
        # The certificate itself is renewed all the same; `doctor` names the authority's.
        log.warning("certificate %s of the authority stays: %s", ca.name, clean(str(error)))


def _take_new_authority(url: str, ca: Path, old: Certificate) -> None:
    """Put the certificate that the authority has now in the place of one that nears its end.

    Only one of the same key and name is taken: nobody new is trusted by it.
    """
    status, body = _exchange("GET", f"{url}/authority", ca, None)
    if status != http.HTTPStatus.OK:
        raise AuthorityError(f"the authority does not show its certificate (HTTP {status})")
    if follows(body, old):
        write_whole(ca, body, 0o644)
        log.info("certificate %s of the authority replaced by its new one", ca.name)


def ask(
    url: str, ca: Path, fields: dict[str, str], largest: int = _LARGEST_ANSWER
) -> dict[str, Any]:
    """POST `fields` to the authority, trusted by `ca` alone; returns what it answers.

    No more than `largest` bytes of it are read.

    Raises RefusedError, AuthorityError or OSError; each wait for the other side ends after 10 s.
    """
    body = json.dumps(fields)
    try:
        status, answer = _exchange("POST", url, ca, body, largest)
        found = json.loads(answer)
    except (http.client.HTTPException, ValueError) as error:
        raise AuthorityError(f"the authority's answer cannot be read: {error}") from error
    if status != http.HTTPStatus.OK or not isinstance(found, dict):
        raise RefusedError(str(found.get("why", status)) if isinstance(found, dict) else "?")
    return found


def _exchange(
    method: str, url: str, ca: Path, body: str | None, largest: int = _LARGEST_ANSWER
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    line = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=_DEADLINE_S, context=client_tls(ca, None, None)
    )
    try:
        line.request(method, parts.path, body, {"content-type": "application/json"})
        answer = line.getresponse()
        return answer.status, answer.read(largest)
    finally:
        line.close()
