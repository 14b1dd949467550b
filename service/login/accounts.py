"""The accounts of people: who may log in, and with which role.  A SQLite file.

There is no default account and no default password.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from service.login.database import LoginDatabase
from service.login.passwords import LENGTH, NOBODY, PasswordHash, fits, hashed, is_outdated

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}")
# All that a session or a code of an account is.
_BELONGINGS: Final = ("session", "factor", "recovery", "passkey", "browser", "duress")


@dataclass(frozen=True, slots=True)
class UserAccount:
    """An account, without its password.  `digest` tells which one was given, where one was."""

    name: str
    role: str
    digest: PasswordHash = field(default=NOBODY, compare=False, repr=False)


class AccountError(Exception):
    """An account that cannot be made or changed; the person who asked can mend it."""


class Accounts:
    """The accounts in the database at `path`, private to its owner; made if it is not there.

    `roles` are all that there are; of the first there is always an account left, once there was.
    Any thread may use it; each method may raise sqlite3.Error.
    """

    def __init__(self, path: Path, roles: Sequence[str]) -> None:
        self._db = LoginDatabase(path, roles)
        self._keeper = roles[0]

    def add(self, name: str, role: str, password: str) -> UserAccount:
        """Make an account; raises AccountError for a name or password that will not do."""
        if not NAME.fullmatch(name):
            raise AccountError("a name has 2 to 32 of a-z, 0-9, . and -, and starts with no . or -")
        digest = _hash(password)
        try:
            self._db.change("INSERT INTO person VALUES (?, ?, ?)", name, str(role), digest)
        except sqlite3.IntegrityError:
            raise AccountError(f"there is an account {name} already") from None
        return UserAccount(name, role)

    def adopt(self, name: str, role: str, password: str) -> None:
        """Make an account of a login that was there before accounts, however short its password."""
        self._db.change("INSERT INTO person VALUES (?, ?, ?)", name, str(role), hashed(password))

    def verify(self, name: str, password: str) -> UserAccount | None:
        """Return the account of this name and password, or None; equally slow for unknown names."""
        found = self._db.rows("SELECT role, hash FROM person WHERE name = ?", name)
        role, digest = found[0] if found else ("", NOBODY)
        if not fits(password, PasswordHash(digest)) or not found:
            return None
        if is_outdated(PasswordHash(digest)):
            digest = self._renewed(name, digest, password)
        return UserAccount(name, role, PasswordHash(digest))

    def has_still(self, given: UserAccount) -> bool:
        """True if the password that was given is the account's now, too."""
        sql = "SELECT 1 FROM person WHERE name = ? AND hash = ?"
        return bool(self._db.rows(sql, given.name, given.digest))

    def _renewed(self, name: str, old: str, password: str) -> PasswordHash:
        """Keep the password in today's form, unless another one was set meanwhile."""
        new = hashed(password)
        self._db.change("UPDATE person SET hash = ? WHERE name = ? AND hash = ?", new, name, old)
        return new

    def find(self, name: str) -> UserAccount | None:
        """Return the account of that name; one that is logged in may have been removed since."""
        found = self._db.rows("SELECT role FROM person WHERE name = ?", name)
        return UserAccount(name, found[0][0]) if found else None

    def all(self) -> list[UserAccount]:
        """Return every account, by name."""
        rows = self._db.rows("SELECT name, role FROM person ORDER BY name")
        return [UserAccount(name, role) for name, role in rows]

    def with_codes(self) -> set[str]:
        """Return the names of the accounts that have a second factor."""
        sql = "SELECT name FROM factor UNION SELECT name FROM passkey"
        return {name for (name,) in self._db.rows(sql)}

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password, and end its sessions; raises AccountError."""
        self._set(name, "hash", _hash(password))
        self._forget(name, "session", "browser")

    def set_role(self, name: str, role: str) -> None:
        """Give an account another role; raises AccountError for the last of those who keep it."""
        if role != self._keeper:
            self._must_not_be_last(name)
        self._set(name, "role", str(role))

    def reset_codes(self, name: str) -> None:
        """Take an account's second factor and sessions away; raises AccountError if it has none."""
        if name not in self.with_codes():
            raise AccountError(f"account {name} has no second factor")
        self._forget(name, "factor", "recovery", "passkey", "session")

    def remove(self, name: str) -> None:
        """Remove an account; raises AccountError for the last one that keeps others, or for none.

        A later account of that name is another person's: nothing of this one is left to it.
        """
        self._must_not_be_last(name)
        self._change("DELETE FROM person WHERE name = ?", name)
        self._forget(name, *_BELONGINGS)

    def end_sessions(self) -> None:
        """Log everybody out."""
        self._db.change("DELETE FROM session")

    def withdraw_recovery(self) -> None:
        """Have no recovery code open any more, as where nobody knows which were used."""
        self._db.change("DELETE FROM recovery")

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _must_not_be_last(self, name: str) -> None:
        if [each.name for each in self.all() if each.role == self._keeper] == [name]:
            raise AccountError(f"{name} is the last {self._keeper}; make another one first")

    def _set(self, name: str, column: str, value: str) -> None:
        sql = {"hash": "UPDATE person SET hash = ?", "role": "UPDATE person SET role = ?"}[column]
        self._change(f"{sql} WHERE name = ?", name, value)

    def _change(self, sql: str, name: str, *values: str) -> None:
        if self._db.change(sql, *values, name) == 0:
            raise AccountError(f"there is no account {name}")

    def _forget(self, name: str, *tables: str) -> None:
        for table in tables:
            self._db.change(f"DELETE FROM {table} WHERE name = ?", name)  # noqa: S608


def _hash(password: str) -> PasswordHash:
    if len(password) not in LENGTH:
        raise AccountError(f"a password has {LENGTH.start} to {LENGTH.stop - 1} characters")
    return hashed(password)
