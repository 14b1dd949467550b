"""The file of a process's accounts: who may log in, their sessions, codes and known browsers."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from service.database import Schema, open_database
from service.files import touch_private
from wire.ids import Seconds

_BUSY_S: Final = Seconds(5.0)
# What opens something is here by its SHA-256 alone, but for the secret of codes, which are computed
# of it.
_LOGINS: Final = """
CREATE TABLE session (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, browser TEXT NOT NULL,
    began REAL NOT NULL, seen REAL NOT NULL, proved REAL NOT NULL, by_code INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_name ON session (name);
CREATE TABLE factor (name TEXT PRIMARY KEY, secret TEXT NOT NULL, step INTEGER NOT NULL) STRICT;
CREATE TABLE recovery (name TEXT NOT NULL, code BLOB NOT NULL, PRIMARY KEY (name, code)) STRICT;
CREATE TABLE browser (id BLOB PRIMARY KEY, name TEXT NOT NULL, seen REAL NOT NULL) STRICT;
CREATE TABLE security (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, what TEXT NOT NULL,
    by TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
"""
# Public keys are no secrets.
_PASSKEYS: Final = """
CREATE TABLE passkey (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, key BLOB NOT NULL, count INTEGER NOT NULL,
    label TEXT NOT NULL, added REAL NOT NULL
) STRICT;
CREATE INDEX passkey_by_name ON passkey (name);
"""
# A word to be heard in a sentence, kept as a hash of it.
_DURESS: Final = """
CREATE TABLE duress (name TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
"""


def open_logins(path: Path, roles: Sequence[str]) -> sqlite3.Connection:
    """Open the file at `path`, private to its owner and made if it is not there.

    Raises OSError or sqlite3.Error.
    """
    touch_private(path)
    return open_database(path, _schema(roles), _BUSY_S)


def _schema(roles: Sequence[str]) -> Schema:
    known = ", ".join(f"'{role}'" for role in roles)
    person = f"""
CREATE TABLE person (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ({known})),
    hash TEXT NOT NULL
) STRICT;
"""
    return Schema(4, person + _LOGINS + _PASSKEYS + _DURESS, {2: _LOGINS, 3: _PASSKEYS, 4: _DURESS})
