"""The second factors in the file of accounts: secrets of codes, and recovery codes.

A code opens once: its step is written down before anybody is let in, and so is a recovery code's
use.
"""

import re
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from service.login.passwords import new_password
from service.login.schema import open_logins
from service.login.session import id_of
from service.login.totp import new_secret, step_of
from wire.ids import Wall

_RECOVERY: Final = 10
_RECOVERY_GROUPS: Final = 4  # 80 bits
_DIGITS: Final = re.compile(r"[0-9]{6}")
_LONGEST: Final = 64


class Factors:
    """The second factors of the accounts at `path`; each method may raise sqlite3.Error."""

    def __init__(self, path: Path, roles: Sequence[str]) -> None:
        self._db = open_logins(path, roles)
        self._transaction = threading.Lock()
        self._offered: dict[str, str] = {}

    def has(self, name: str) -> bool:
        """True if the account has a second factor."""
        return (
            self._db.execute("SELECT 1 FROM factor WHERE name = ?", (name,)).fetchone() is not None
        )

    def use(self, name: str, code: str, now: Wall) -> bool:
        """True if `code` is the account's own and was never used: it is used now."""
        plain = re.sub(r"\s", "", code[:_LONGEST]).lower()
        if not _DIGITS.fullmatch(plain):
            sql = "DELETE FROM recovery WHERE name = ? AND code = ?"
            return self._db.execute(sql, (name, id_of(plain))).rowcount > 0
        row = self._db.execute("SELECT secret FROM factor WHERE name = ?", (name,)).fetchone()
        step = step_of(row[0], plain, now) if row else None
        if step is None:
            return False
        sql = "UPDATE factor SET step = ?2 WHERE name = ?1 AND step < ?2"
        return self._db.execute(sql, (name, step)).rowcount > 0

    def offer(self, name: str) -> str:
        """Return a new secret for that account; it counts once a code of it was given."""
        self._offered[name] = new_secret()
        return self._offered[name]

    def take(self, name: str, code: str, now: Wall) -> list[str] | None:
        """Set up the secret that was offered, if `code` is one of its; returns recovery codes."""
        secret = self._offered.get(name)
        step = step_of(secret, re.sub(r"\s", "", code[:_LONGEST]), now) if secret else None
        if secret is None or step is None:
            return None
        del self._offered[name]
        self._db.execute("INSERT OR REPLACE INTO factor VALUES (?, ?, ?)", (name, secret, step))
        return self.renew_recovery(name)

    def renew_recovery(self, name: str) -> list[str]:
        """Return new recovery codes, shown only now; those before open nothing any more."""
        codes = [new_password(groups=_RECOVERY_GROUPS) for _ in range(_RECOVERY)]
        rows = [(name, id_of(code)) for code in codes]
        with self._transaction:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute("DELETE FROM recovery WHERE name = ?", (name,))
                self._db.executemany("INSERT INTO recovery VALUES (?, ?)", rows)
                self._db.execute("COMMIT")
            except sqlite3.Error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        return codes

    def recovery_left(self, name: str) -> int:
        """Return how many recovery codes are left."""
        sql = "SELECT count(*) FROM recovery WHERE name = ?"
        return int(self._db.execute(sql, (name,)).fetchone()[0])

    def remove(self, name: str) -> None:
        """Take the second factor away."""
        for table in ("factor", "recovery"):
            self._db.execute(f"DELETE FROM {table} WHERE name = ?", (name,))  # noqa: S608

    def close(self) -> None:
        """Close the database."""
        self._db.close()
