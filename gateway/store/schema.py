"""Opens the gateway's database in its newest layout.

`schema.sql` is the newest layout whole; `migrations/N.sql` makes a database of layout N out of one
of N-1.
"""

import logging
import sqlite3
from importlib import resources
from pathlib import Path
from typing import Final

import service.database
from gateway.store.group_access import share_database
from service.database import Schema
from wire.ids import Seconds

log = logging.getLogger(__name__)

LAYOUT: Final = 15
SET_ASIDE: Final = "*.broken-*"
# A reader or a copy may hold the database for a moment; beyond this it counts as failed.
_BUSY_S: Final = Seconds(2.0)
_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = FULL")


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database, set a broken one aside and begin a new one; raises sqlite3.Error."""
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        aside = path.with_suffix(f".broken-{sum(1 for _ in path.parent.glob(SET_ASIDE))}")
        log.critical("the database is broken (%s); it is set aside as %s", error, aside.name)
        for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if each.exists():
                each.rename(each.with_name(each.name.replace(path.name, aside.name)))
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    try:
        share_database(path)
    except OSError as error:
        raise sqlite3.OperationalError(f"{path} cannot be opened: {error.strerror}") from error
    db = service.database.open_database(path, newest_schema(), _BUSY_S, _PRAGMAS)
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        db.close()
        raise sqlite3.DatabaseError(verdict)
    return db


def newest_schema() -> Schema:
    """Return the layout of the gateway's database, with the steps that lead to it."""
    steps = {number: _sql(f"migrations/{number}.sql") for number in range(2, LAYOUT + 1)}
    return Schema(LAYOUT, _sql("schema.sql"), steps)


def _sql(name: str) -> str:
    return resources.files("gateway.store").joinpath(name).read_text(encoding="utf-8")
