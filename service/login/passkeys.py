"""The passkeys in the file of accounts: keys of people's devices, as second factors beside TOTP.

A challenge is signed by us and good for one answer, for what it was made for, for two minutes.
Only an answer by a key of that very person counts, given to the name that the settings tell.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from service.login.database import LoginDatabase
from service.login.passkey_values import Asked, MadeKey
from wire.clean import clean
from wire.ids import Wall

LOG_IN: Final = "log in"
_GOOD_S: Final = 120.0
_TIME_BYTES: Final = 8
_NONCE_BYTES: Final = 24
_MOST: Final = 10  # of one account
_LONGEST_LABEL: Final = 40


class PasskeyError(Exception):
    """An answer that proves nothing; says what is wrong with it."""


class Passkey(NamedTuple):
    """A key that a person set up, and how they call it."""

    id: bytes
    label: str
    added: Wall


class Passkeys:
    """Those of the accounts at `path`, for pages under https at the name `site`; empty: none are
    offered.

    Each method may raise sqlite3.Error.
    """

    def __init__(self, path: Path, roles: Sequence[str], site: str, issuer: str) -> None:
        self._db = LoginDatabase(path, roles)
        self.site = site
        self._issuer = issuer
        self._key = secrets.token_bytes(32)
        self._used: dict[bytes, Wall] = {}

    def fits(self, origin: str) -> bool:
        """True if passkeys are offered to pages of that origin."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return bool(self.site) and (parts.scheme, parts.hostname) == ("https", self.site)

    def of(self, name: str) -> list[Passkey]:
        """Return the keys of an account, the oldest first."""
        sql = "SELECT id, label, added FROM passkey WHERE name = ? ORDER BY added"
        return [Passkey(*row) for row in self._db.rows(sql, name)]

    def ask(self, now: Wall) -> dict[str, Any]:
        """Return what a browser needs to answer by a passkey; tells of nobody who has one."""
        asked: dict[str, Any] = _answers().question(self.site, self._challenge(LOG_IN, now))
        return asked

    def offer(self, name: str, purpose: str, now: Wall) -> dict[str, Any]:
        """Return what a browser needs to make a key for that account."""
        known, challenge = [each.id for each in self.of(name)], self._challenge(purpose, now)
        asked: dict[str, Any] = _answers().offer(self.site, self._issuer, name, challenge, known)
        return asked

    def add(self, name: str, purpose: str, origin: str, given: str, label: str, now: Wall) -> None:
        """Keep the key that a browser made when it was offered; raises PasskeyError."""
        if len(self.of(name)) >= _MOST:
            raise PasskeyError(f"an account has at most {_MOST} passkeys")
        asked = self._asked(given, purpose, origin, now)
        try:
            made = _answers().made_key(given, asked)
        except ValueError as error:
            raise PasskeyError(_words(error)) from error
        self._use_up(asked.challenge, now)
        called = clean(label.strip(), _LONGEST_LABEL) or "Passkey"
        row = (made.id, name, made.public, made.used, called, now)
        if not self._db.change("INSERT OR IGNORE INTO passkey VALUES (?, ?, ?, ?, ?, ?)", *row):
            raise PasskeyError("a passkey that is known already")

    def use(self, name: str, origin: str, given: str, now: Wall) -> None:
        """Take the answer of a key; raises PasskeyError unless it is that person's, and new."""
        asked = self._asked(given, LOG_IN, origin, now)
        sql = "SELECT id, key, count FROM passkey WHERE id = ? AND name = ?"
        found = self._db.rows(sql, _id_in(given), name)
        if not found:
            raise PasskeyError("a passkey that is not this account's")
        try:
            count = _answers().count_of(given, asked, MadeKey(*found[0]))
        except ValueError as error:
            raise PasskeyError(_words(error)) from error
        self._use_up(asked.challenge, now)
        # Keys that count nothing say 0 for ever; what was counted on meanwhile is used already.
        sql = "UPDATE passkey SET count = ?1 WHERE id = ?2 AND (count < ?1 OR ?1 = 0)"
        if not self._db.change(sql, count, found[0][0]):
            raise PasskeyError("an answer of a passkey that was used already")

    def remove(self, name: str, key: str, keep: int) -> bool:
        """Forget a key of that account, by its id in hex, if `keep` factors are left then; False if
        nothing was forgotten.
        """
        sql = (
            "DELETE FROM passkey WHERE name = ?1 AND hex(id) = ?2 AND ?3 <"
            " (SELECT count(*) FROM passkey WHERE name = ?1)"
            " + (SELECT count(*) FROM factor WHERE name = ?1)"
        )
        return self._db.change(sql, name, key.upper(), keep) > 0

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _asked(self, given: str, purpose: str, origin: str, now: Wall) -> Asked:
        if not self.fits(origin):
            raise PasskeyError("a passkey at another address than the settings name")
        return Asked(self._challenge_in(given, purpose, now), self.site, origin)

    def _challenge(self, purpose: str, now: Wall) -> bytes:
        head = int(now * 1000).to_bytes(_TIME_BYTES) + secrets.token_bytes(_NONCE_BYTES)
        return head + self._signature(purpose, head)

    def _signature(self, purpose: str, head: bytes) -> bytes:
        return hmac.new(self._key, purpose.encode() + b"\0" + head, hashlib.sha256).digest()

    def _challenge_in(self, given: str, purpose: str, now: Wall) -> bytes:
        """Return the challenge that an answer is to; raises PasskeyError unless it is good now."""
        challenge = _told_challenge(given)
        head, signature = challenge[: -hashlib.sha256().digest_size], challenge[-32:]
        made = int.from_bytes(head[:_TIME_BYTES]) / 1000
        if not hmac.compare_digest(signature, self._signature(purpose, head)):
            raise PasskeyError("an answer to another question than ours")
        if not 0 <= now - made <= _GOOD_S or challenge in self._used:
            raise PasskeyError("an answer of a passkey that came too late, or was used already")
        return challenge

    def _use_up(self, challenge: bytes, now: Wall) -> None:
        """Only a good answer uses its challenge up, so that these are as few as good answers."""
        self._used = {each: at for each, at in self._used.items() if now - at <= _GOOD_S}
        if self._used.setdefault(challenge, now) != now:
            raise PasskeyError("an answer of a passkey that was used already")


def _answers() -> ModuleType:
    """Bring the library along, the first time that a passkey is set up or used."""
    from service.login import webauthn_answers  # noqa: PLC0415

    return webauthn_answers


def _told_challenge(given: str) -> bytes:
    try:
        said = json.loads(given)["response"]["clientDataJSON"]
        return _decoded(json.loads(_decoded(said))["challenge"])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise PasskeyError("no answer of a passkey") from error


def _id_in(given: str) -> bytes:
    try:
        return _decoded(json.loads(given)["rawId"])
    except (ValueError, LookupError, TypeError) as error:
        raise PasskeyError("no answer of a passkey") from error


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _words(error: Exception) -> str:
    return clean(f"a passkey that proves nothing: {error}", 160)
