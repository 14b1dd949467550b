"""The second factors in the file of accounts: secrets of codes, and recovery codes.

A code opens once: its step is written down before anybody is let in, and so is a recovery code's
use.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from service.login.database import LoginDatabase
from service.login.passwords import new_password
from service.login.session import id_of
from service.login.totp import new_secret, step_of
from wire.ids import Wall

_RECOVERY: Final = 10
_RECOVERY_GROUPS: Final = 4  # 80 bits
_DIGITS: Final = re.compile(r"[0-9]{6}")
_LONGEST: Final = 64
_MOST_OFFERED: Final = 1000


class Factors:
    """The second factors of the accounts at `path`; each method may raise sqlite3.Error."""

    def __init__(self, path: Path, roles: Sequence[str]) -> None:
        self._db = LoginDatabase(path, roles)
        # By session: what another one of the same person is offered is not this one's to take.
        self._offered: dict[bytes, str] = {}

    def has(self, name: str) -> bool:
        """True if the account has a second factor, of whichever kind."""
        sql = "SELECT 1 FROM factor WHERE name = ?1 UNION SELECT 1 FROM passkey WHERE name = ?1"
        return bool(self._db.rows(sql, name))

    def has_app(self, name: str) -> bool:
        """True if that is, or one of them is, an app's code."""
        return bool(self._db.rows("SELECT 1 FROM factor WHERE name = ?", name))

    def use(self, name: str, code: str, now: Wall) -> bool:
        """True if `code` is the account's own and was never used: it is used now."""
        plain = re.sub(r"\s", "", code[:_LONGEST]).lower()
        if not _DIGITS.fullmatch(plain):
            sql = "DELETE FROM recovery WHERE name = ? AND code = ?"
            return self._db.change(sql, name, id_of(plain)) > 0
        found = self._db.rows("SELECT secret FROM factor WHERE name = ?", name)
        step = step_of(found[0][0], plain, now) if found else None
        if step is None:
            return False
        sql = "UPDATE factor SET step = ?2 WHERE name = ?1 AND step < ?2"
        return self._db.change(sql, name, step) > 0

    def offer(self, session: bytes) -> str:
        """Return a new secret to that session; it counts once a code of it was given there."""
        self._offered.pop(session, None)
        if len(self._offered) >= _MOST_OFFERED:
            del self._offered[next(iter(self._offered))]
        self._offered[session] = secret = new_secret()
        return secret

    def take(self, session: bytes, name: str, code: str, now: Wall) -> list[str] | None:
        """Set up the secret that was offered, if `code` is one of its; returns recovery codes."""
        secret = self._offered.get(session)
        step = step_of(secret, re.sub(r"\s", "", code[:_LONGEST]), now) if secret else None
        if secret is None or step is None or self._offered.pop(session, None) != secret:
            return None
        self._db.change("INSERT OR REPLACE INTO factor VALUES (?, ?, ?)", name, secret, step)
        return self.renew_recovery(name)

    def renew_recovery(self, name: str) -> list[str]:
        """Return new recovery codes, shown only now; those before open nothing any more."""
        codes = [new_password(groups=_RECOVERY_GROUPS) for _ in range(_RECOVERY)]
        with self._db.transaction():
            self._db.change("DELETE FROM recovery WHERE name = ?", name)
            for code in codes:
                self._db.change("INSERT INTO recovery VALUES (?, ?)", name, id_of(code))
        return codes

    def recovery_left(self, name: str) -> int:
        """Return how many recovery codes are left."""
        sql = "SELECT count(*) FROM recovery WHERE name = ?"
        return int(self._db.rows(sql, name)[0][0])

    def remove(self, name: str, keep: int) -> None:
        """Take the app's code away, if `keep` factors are left then, and with the last factor what
        would open in its stead.
        """
        sql = "SELECT count(*) FROM passkey WHERE name = ?1"
        self._db.change(f"DELETE FROM factor WHERE name = ?1 AND ({sql}) >= ?2", name, keep)  # noqa: S608
        self.tidy(name)

    def tidy(self, name: str) -> None:
        """Without a second factor there is nothing to recover."""
        if not self.has(name):
            self._db.change("DELETE FROM recovery WHERE name = ?", name)

    def close(self) -> None:
        """Close the database."""
        self._db.close()
