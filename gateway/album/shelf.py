"""The album's database: SQLite, written by one thread.  Decides nothing.

`synchronous=NORMAL`: a power cut may take the last pictures, never the database; alerts, which may
not be lost, are kept elsewhere.  What is deleted is overwritten, and its room given back.
"""

import hashlib
import sqlite3
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Final

from gateway.work import KeepPicture
from wire.ids import Wall

_LAYOUT: Final = 1
# A reader may hold the database for a moment.
_BUSY_S: Final = 2.0
# Deleted at once; between two such steps readers and the disk get their turn.
_STEP: Final = 100


class Shelf:
    """The database at `path`, private to its owner; each method raises sqlite3.Error or OSError."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        self._db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA secure_delete = ON")
        (layout,) = self._db.execute("PRAGMA user_version").fetchone()
        if layout > _LAYOUT:
            raise sqlite3.OperationalError(f"{path} was written by a newer version of Tocsin")
        if layout == 0:
            sql = resources.files("gateway.album").joinpath("schema.sql").read_text("utf-8")
            self._db.executescript(f"BEGIN; {sql} PRAGMA user_version = {_LAYOUT}; COMMIT;")

    def keep(self, pictures: Iterable[KeepPicture]) -> None:
        """Commit pictures; one that is there already stays as it is."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            "INSERT OR IGNORE INTO picture"
            " (incident, camera, room, taken_at, seconds_from_press, sha256, jpeg)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            map(_row, pictures),
        )
        self._db.execute("COMMIT")

    def sweep(self, before: Wall) -> int:
        """Delete what was taken before; returns how many pictures that were."""
        swept = 0
        while step := self._db.execute(
            "DELETE FROM picture WHERE id IN"
            " (SELECT id FROM picture WHERE taken_at < ? ORDER BY taken_at LIMIT ?)",
            (before, _STEP),
        ).rowcount:
            swept += step
        if swept:
            self._db.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")
        return swept

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


def _row(picture: KeepPicture) -> tuple[object, ...]:
    frame = picture.frame
    return (
        picture.incident,
        frame.camera,
        picture.room,
        frame.taken_at,
        round(frame.taken_at - picture.pressed_at, 3),
        hashlib.sha256(frame.jpeg).hexdigest(),
        frame.jpeg,
    )
