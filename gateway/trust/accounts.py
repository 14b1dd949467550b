"""The accounts of a school's console: who may log in, and with which role.  A SQLite file.

There is no default account and no default password: `tocsin-gateway init` makes the first one.
Passwords are kept as argon2id hashes (RFC 9106) alone.
"""

import re
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.database import Schema, open_database
from service.files import touch_private
from wire.ids import Seconds

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}")
# NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where the password is the only factor; the
# upper bound is ours, so that nobody makes us hash megabytes.
_LENGTH: Final = range(15, 201)
# Of a random password that was not stored: an unknown name takes as long as a known one.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$V76i2Zn9meQqmtvfAiRx3w$"
    "mV8JyXG3ZEY10jOnl/fjGphNyut4KANpFnONNjZ3qd0"
)
_BUSY_S: Final = Seconds(5.0)
_SCHEMA: Final = Schema(
    1,
    """
CREATE TABLE person (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'staff', 'sro', 'viewer')),
    hash TEXT NOT NULL
) STRICT;
""",
)


class Role(StrEnum):
    """What an account may do: an SRO is a school resource officer, a viewer changes nothing."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    SRO = "sro"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class UserAccount:
    """An account, without its password."""

    name: str
    role: Role


class AccountError(Exception):
    """An account that cannot be made or changed; the person who asked can mend it."""


class Accounts:
    """The accounts in the database at `path`, private to its owner; made if it is not there.

    One thread at a time; each method may raise sqlite3.Error.
    """

    def __init__(self, path: Path) -> None:
        touch_private(path)
        self._db = open_database(path, _SCHEMA, _BUSY_S)
        self._hasher = PasswordHasher()

    def add(self, name: str, role: Role, password: str) -> UserAccount:
        """Make an account; raises AccountError for a name or password that will not do."""
        if not NAME.fullmatch(name):
            raise AccountError("a name has 2 to 32 of a-z, 0-9, . and -, and starts with no . or -")
        digest = self._hash(password)
        try:
            self._db.execute("INSERT INTO person VALUES (?, ?, ?)", (name, role.value, digest))
        except sqlite3.IntegrityError:
            raise AccountError(f"there is an account {name} already") from None
        return UserAccount(name, role)

    def verify(self, name: str, password: str) -> UserAccount | None:
        """Return the account of this name and password, or None; equally slow for unknown names."""
        row = self._db.execute("SELECT role, hash FROM person WHERE name = ?", (name,)).fetchone()
        role, digest = row or ("", _NOBODY)
        try:
            self._hasher.verify(digest, password[: _LENGTH.stop])
        except (VerificationError, InvalidHashError):
            return None
        if row is None:
            return None
        if self._hasher.check_needs_rehash(digest):
            self._set(name, "hash", self._hasher.hash(password))
        return UserAccount(name, Role(role))

    def find(self, name: str) -> UserAccount | None:
        """Return the account of that name; one that is logged in may have been removed since."""
        row = self._db.execute("SELECT role FROM person WHERE name = ?", (name,)).fetchone()
        return UserAccount(name, Role(row[0])) if row else None

    def all(self) -> list[UserAccount]:
        """Return every account, by name."""
        rows = self._db.execute("SELECT name, role FROM person ORDER BY name")
        return [UserAccount(name, Role(role)) for name, role in rows]

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; raises AccountError if either will not do."""
        self._set(name, "hash", self._hash(password))

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role; raises AccountError for the last administrator's."""
        if role is not Role.ADMINISTRATOR:
            self._keep_an_administrator(name)
        self._set(name, "role", role.value)

    def remove(self, name: str) -> None:
        """Remove an account; raises AccountError for the last administrator's, or if it is none."""
        self._keep_an_administrator(name)
        self._change("DELETE FROM person WHERE name = ?", name)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _keep_an_administrator(self, name: str) -> None:
        if [each.name for each in self.all() if each.role is Role.ADMINISTRATOR] == [name]:
            raise AccountError(f"{name} is the last administrator; make another one first")

    def _hash(self, password: str) -> str:
        if len(password) not in _LENGTH:
            raise AccountError(f"a password has {_LENGTH.start} to {_LENGTH.stop - 1} characters")
        return self._hasher.hash(password)

    def _set(self, name: str, column: str, value: str) -> None:
        sql = {"hash": "UPDATE person SET hash = ?", "role": "UPDATE person SET role = ?"}[column]
        self._change(f"{sql} WHERE name = ?", name, value)

    def _change(self, sql: str, name: str, *values: str) -> None:
        if self._db.execute(sql, (*values, name)).rowcount == 0:
            raise AccountError(f"there is no account {name}")


def new_password(choose: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a password of 100 bits that can be read out and typed: 20 characters in fours."""
    letters = "23456789abcdefghijkmnpqrstuvwxyz"
    return "-".join("".join(letters[choose(32)] for _ in range(4)) for _ in range(5))
