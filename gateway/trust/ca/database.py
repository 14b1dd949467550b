"""The authority's SQLite database: open enrolment windows, and which certificates it signed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gateway.trust.ca.enrolment import EnrolmentToken
from service.database import Schema, open_database
from service.files import touch_private
from wire.ids import RoomId, Seconds, UnitId, Wall

_BUSY_S: Final = Seconds(5.0)
_TABLES: Final = """
CREATE TABLE window (
    id TEXT NOT NULL,
    unit TEXT PRIMARY KEY,
    room TEXT NOT NULL,
    digest TEXT NOT NULL,
    until REAL NOT NULL,
    key TEXT NOT NULL DEFAULT '',
    certificate TEXT NOT NULL DEFAULT '',
    UNIQUE (id, digest)
) STRICT;
CREATE TABLE renewed (
    serial TEXT PRIMARY KEY,
    certificate TEXT NOT NULL
) STRICT;
"""
_SIGNED: Final = """
CREATE TABLE signed (
    serial TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
"""
_INDEX: Final = "CREATE INDEX signed_by_name ON signed (name);"
_ASIDE: Final = "ALTER TABLE window RENAME TO before;"
_TAKEN_OVER: Final = """
INSERT INTO window SELECT id, unit, room, digest, until, key, certificate FROM before;
DROP TABLE before;
"""
_SCHEMA: Final = Schema(
    3,
    _TABLES + _SIGNED + _INDEX,
    {
        2: "ALTER TABLE window ADD COLUMN key TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE window ADD COLUMN certificate TEXT NOT NULL DEFAULT '';",
        3: _ASIDE + _TABLES + _INDEX + _TAKEN_OVER,
    },
)


class EnrolmentDatabase:
    """The database at `path`, private to its owner; each method may raise sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        touch_private(path)
        self._db = open_database(path, _SCHEMA, _BUSY_S)

    def open(self, *windows: EnrolmentToken) -> None:
        """Keep open windows, as one; any that were open for the same units are closed."""
        with self._as_one():
            self._db.executemany(
                "DELETE FROM window WHERE unit = ?", [(each.unit,) for each in windows]
            )
            self._db.executemany("INSERT INTO window VALUES (?, ?, ?, ?, ?, ?, ?)", windows)

    def find(self, name: str, digest: str) -> EnrolmentToken | None:
        """Return the window of that id whose secret has that digest."""
        row = self._db.execute(
            "SELECT * FROM window WHERE id = ? AND digest = ?", (name, digest)
        ).fetchone()
        if row is None:
            return None
        name, unit, room, digest, until, *rest = row
        return EnrolmentToken(name, UnitId(unit), RoomId(room), digest, Wall(until), *rest)

    def sweep(self, now: Wall) -> None:
        """Forget windows that have closed."""
        self._db.execute("DELETE FROM window WHERE until <= ?", (now,))

    def close_all(self) -> None:
        """Forget every window, also those that are open."""
        self._db.execute("DELETE FROM window")

    def use(self, window: EnrolmentToken, key: str, certificate: str, serial: int) -> None:
        """Remember, as one, which key used a window and the certificate that was signed for it."""
        with self._as_one():
            self._db.execute(
                "UPDATE window SET key = ?, certificate = ? WHERE unit = ?",
                (key, certificate, window.unit),
            )
            self.signed(window.unit, serial)

    def renew(self, old: int, name: str, certificate: str, serial: int) -> None:
        """Remember, as one, the certificate that was signed in the place of `old`."""
        with self._as_one():
            self._db.execute("INSERT INTO renewed VALUES (?, ?)", (f"{old:x}", certificate))
            self.signed(name, serial)

    def renewed(self, old: int) -> str | None:
        """Return the certificate that was signed in the place of `old`."""
        sql = "SELECT certificate FROM renewed WHERE serial = ?"
        row = self._db.execute(sql, (f"{old:x}",)).fetchone()
        return str(row[0]) if row else None

    def signed(self, name: str, serial: int) -> None:
        """Remember a certificate."""
        self._db.execute("INSERT INTO signed VALUES (?, ?)", (f"{serial:x}", name))

    def names(self) -> list[str]:
        """Return every name that a certificate was signed for."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT name FROM signed")]

    def serials(self, name: str) -> list[int]:
        """Return the serial number of every certificate that was signed for `name`."""
        rows = self._db.execute("SELECT serial FROM signed WHERE name = ?", (name,))
        return [int(serial, 16) for (serial,) in rows]

    @contextmanager
    def _as_one(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except sqlite3.Error:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._db.close()
