"""Opens the gateway's database in its newest layout.

`schema.sql` is the newest layout whole; `migrations/N.sql` makes a database of layout N out of one
of N-1.
"""

import sqlite3
from importlib import resources
from pathlib import Path
from typing import Final

import service.database
from gateway.store.group_access import share_database
from service.database import Schema
from service.set_aside import open_or_replace
from wire.ids import Seconds

LAYOUT: Final = 15
# A reader or a copy may hold the database for a moment; beyond this it counts as failed.
_BUSY_S: Final = Seconds(2.0)
_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = FULL")


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database, set a broken one aside and begin a new one; raises sqlite3.Error."""
    return open_or_replace(path, _open)


def _open(path: Path) -> sqlite3.Connection:
    try:
        share_database(path)
    except OSError as error:
        raise sqlite3.OperationalError(f"{path} cannot be opened: {error.strerror}") from error
    return service.database.open_database(path, newest_schema(), _BUSY_S, _PRAGMAS)


def newest_schema() -> Schema:
    """Return the layout of the gateway's database, with the steps that lead to it."""
    steps = {number: _sql(f"migrations/{number}.sql") for number in range(2, LAYOUT + 1)}
    return Schema(LAYOUT, _sql("schema.sql"), steps)


def _sql(name: str) -> str:
    return resources.files("gateway.store").joinpath(name).read_text(encoding="utf-8")
