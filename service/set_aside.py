"""Sets a broken database aside, for a person to examine, and begins a new one in its place."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

SET_ASIDE: Final = "*.broken-*"


def open_or_replace(path: Path, opened: Callable[[Path], sqlite3.Connection]) -> sqlite3.Connection:
    """Return what `opened` makes of the database at `path`, or of a new one if that is broken.

    Raises sqlite3.Error: a disk that fails, or a lock, breaks no database.
    """
    try:
        return _whole(opened(path))
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        log.critical("%s is broken (%s); it is set aside as %s", path, error, _set_aside(path))
        return opened(path)


def _whole(db: sqlite3.Connection) -> sqlite3.Connection:
    try:
        (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _set_aside(path: Path) -> str:
    aside = path.with_suffix(f".broken-{sum(1 for _ in path.parent.glob(SET_ASIDE))}")
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if each.exists():
            each.rename(each.with_name(each.name.replace(path.name, aside.name)))
    return aside.name
