"""Has a certificate renewed at two thirds of its life, for the same key, without a restart.

A thread that looks once an hour.  Nothing waits for it: what is connected stays so, and the next
connection is made with the new certificate.
"""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from service.events import CallbackFailed
from service.files import write_whole
from service.guard import guarded
from service.identity import is_due, is_issued_by, key_in, read_certificate, request_for
from service.tls import client_tls
from wire.clean import clean
from wire.ids import Wall

log = logging.getLogger(__name__)

_EVERY_S: Final = 3600.0
_DEADLINE_S: Final = 10.0
# Two certificates and some words.
_LARGEST_ANSWER: Final = 65_536


class AuthorityError(Exception):
    """The authority did not give what was asked for; the words say why."""


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
        self._look = guarded(self._look_around, put)

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="renewal", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._look()
            pause.wait(_EVERY_S)

    def _look_around(self) -> None:
        for each in self._identities:
            try:
                renew_if_due(self._url, each, Wall(time.time()))
            except (AuthorityError, OSError, ValueError) as error:
                # Its end is a trouble of its own, thirty days before (upkeep, health).
                log.warning("%s could not be renewed: %s", each.cert.name, clean(str(error)))


def renew_if_due(url: str, identity: Identity, now: Wall) -> bool:
    """Renew a certificate past two thirds of its life; returns whether that was so.

    One of another authority is somebody else's to renew.
    Raises AuthorityError, OSError or ValueError; the old certificate then stays.
    """
    old = read_certificate(identity.cert)
    if not is_due(old, now) or not is_issued_by(old, read_certificate(identity.ca)):
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
        "%s is renewed until %s",
        identity.cert.name,
        read_certificate(identity.cert).not_valid_after_utc,
    )
    identity.taken()
    return True


def ask(url: str, ca: Path, fields: dict[str, str]) -> dict[str, Any]:
    """POST `fields` to the authority, trusted by `ca` alone; returns what it answers.

    Raises AuthorityError or OSError; each wait for the other side ends after 10 s.
    """
    parts = urlsplit(url)
    line = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=_DEADLINE_S, context=client_tls(ca, None, None)
    )
    try:
        line.request("POST", parts.path, json.dumps(fields), {"content-type": "application/json"})
        answer = line.getresponse()
        body = answer.read(_LARGEST_ANSWER)
        found = json.loads(body)
    except (http.client.HTTPException, ValueError) as error:
        raise AuthorityError(f"no answer that can be read: {error}") from error
    finally:
        line.close()
    if answer.status != http.HTTPStatus.OK or not isinstance(found, dict):
        raise AuthorityError(
            str(found.get("why", answer.status)) if isinstance(found, dict) else "?"
        )
    return found
