"""The database of pictures: SQLite, written by one thread.  Decides nothing.

`synchronous=NORMAL`: a power cut may take the last pictures, never the database; alerts, which may
not be lost, are kept elsewhere.  What is deleted is overwritten, and its space given back.
"""

import hashlib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Final

from gateway.core.effects import SavePicture
from gateway.store.group_access import share_database, show_database
from service.database import Schema, open_database
from wire.ids import Seconds, Wall

_LAYOUT: Final = 1
# A reader may hold the database for a moment.
_BUSY_S: Final = Seconds(2.0)
_PRAGMAS: Final = (
    "auto_vacuum = INCREMENTAL",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "secure_delete = ON",
)
# Deleted at once; between two such steps readers and the disk get their turn.
_STEP: Final = 100


class PictureDatabase:
    """The database at `path`, which the console may read; each method raises sqlite3.Error or
    OSError.
    """

    def __init__(self, path: Path) -> None:
        share_database(path)
        sql = resources.files("gateway.store.pictures").joinpath("schema.sql").read_text("utf-8")
        self._db = open_database(path, Schema(_LAYOUT, sql), _BUSY_S, _PRAGMAS)
        show_database(path)

    def keep(self, pictures: Iterable[SavePicture]) -> None:
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
        """Close the database."""
        self._db.close()


def _row(picture: SavePicture) -> tuple[object, ...]:
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
