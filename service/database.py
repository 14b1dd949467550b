"""Opens a SQLite database in its newest layout.

The layout stands in `PRAGMA user_version`.  Each step is one transaction: a power cut leaves the
old layout or the new one.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service.owners import acting_for
from wire.ids import Seconds


@dataclass(frozen=True, slots=True)
class Schema:
    """The newest `layout` whole as SQL; `steps[n]` makes layout n out of n - 1."""

    layout: int
    newest: str
    steps: Mapping[int, str] = field(default_factory=dict)


class NewerLayoutError(sqlite3.OperationalError):
    """The database was written by a newer version of Tocsin; that version must open it."""


def open_database(
    path: Path, schema: Schema, busy: Seconds, pragmas: Sequence[str] = ()
) -> sqlite3.Connection:
    """Open the database at `path`, made if it is not there; raises sqlite3.Error, NewerLayoutError.

    `busy` seconds it waits for another process that writes; `pragmas` are set before the layout.
    Transactions are the caller's own (no implicit BEGIN), and any thread may use the connection.
    """
    # SQLite finds the file by its path, and goes where a link of the folder's owner leads.
    try:
        with acting_for(path.parent):
            return _opened(path, schema, busy, pragmas)
    except OSError as error:
        raise sqlite3.OperationalError(f"{path} cannot be opened: {error.strerror}") from error


def _opened(
    path: Path, schema: Schema, busy: Seconds, pragmas: Sequence[str]
) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    db.text_factory = text_of
    try:
        for pragma in pragmas:
            db.execute(f"PRAGMA {pragma}")
        _bring_up_to_date(db, path, schema)
    except sqlite3.Error:
        db.close()
        raise
    return db


def text_of(value: bytes) -> str:
    """Return a text of a table: a character that a disk spoilt is one odd character, and no end."""
    return value.decode(errors="replace")


def _bring_up_to_date(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    (layout,) = db.execute("PRAGMA user_version").fetchone()
    if layout > schema.layout:
        raise NewerLayoutError(
            f"{path} was written by a newer version of Tocsin (layout {layout}, this version knows "
            f"{schema.layout}): install that version again"
        )
    if layout == 0:
        _run(db, schema.newest, schema.layout)
        return
    for number in range(layout + 1, schema.layout + 1):
        _run(db, schema.steps[number], number)


def _run(db: sqlite3.Connection, sql: str, layout: int) -> None:
    try:
        db.executescript(f"BEGIN IMMEDIATE; {sql} PRAGMA user_version = {layout}; COMMIT;")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
