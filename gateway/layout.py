"""Opens the gateway's database in its newest layout.

`schema.sql` is the newest layout whole; `migrations/N.sql` makes a database of layout N out of one
of N-1.  Each step is one transaction: a power cut leaves the old layout or the new one.
"""

import logging
import sqlite3
from importlib import resources
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

LAYOUT: Final = 3
SET_ASIDE: Final = "*.broken-*"
# A reader or a copy may hold the database for a moment; beyond this it counts as failed.
_BUSY_S: Final = 2.0


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
    db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    _bring_up_to_date(db, path)
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    return db


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    (layout,) = db.execute("PRAGMA user_version").fetchone()
    if layout > LAYOUT:
        raise sqlite3.OperationalError(f"{path} was written by a newer version of Tocsin")
    if layout == 0:
        _run(db, "schema.sql", LAYOUT)
    else:
        for number in range(layout + 1, LAYOUT + 1):
            _run(db, f"migrations/{number}.sql", number)


def _run(db: sqlite3.Connection, name: str, layout: int) -> None:
    sql = resources.files("gateway").joinpath(name).read_text(encoding="utf-8")
    try:
        db.executescript(f"BEGIN IMMEDIATE; {sql} PRAGMA user_version = {layout}; COMMIT;")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
