"""What the authority must remember: open windows, and which certificates it signed.  SQLite."""

import sqlite3
from pathlib import Path
from typing import Final

from gateway.trust.enrolment import Window
from wire.ids import RoomId, UnitId, Wall

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE window (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL,
    digest TEXT NOT NULL,
    until REAL NOT NULL,
    wrong INTEGER NOT NULL
) STRICT;
CREATE TABLE signed (
    serial TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
"""


class Ledger:
    """The database at `path`, private to its owner; each method may raise sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
        (layout,) = self._db.execute("PRAGMA user_version").fetchone()
        if layout > _LAYOUT:
            raise sqlite3.OperationalError(f"{path} was written by a newer version of Tocsin")
        if layout == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;")

    def open(self, window: Window) -> None:
        """Keep an open window; one that was open for the same unit is closed."""
        self._db.execute("DELETE FROM window WHERE unit = ?", (window.unit,))
        self._db.execute("INSERT INTO window VALUES (?, ?, ?, ?, ?, ?)", window)

    def find(self, name: str) -> Window | None:
        """Return the window of that id."""
        row = self._db.execute("SELECT * FROM window WHERE id = ?", (name,)).fetchone()
        if row is None:
            return None
        name, unit, room, digest, until, wrong = row
        return Window(name, UnitId(unit), RoomId(room), digest, Wall(until), wrong)

    def sweep(self, now: Wall) -> None:
        """Forget windows that have closed."""
        self._db.execute("DELETE FROM window WHERE until <= ?", (now,))

    def guessed_wrong(self, window: Window) -> None:
        """Count a wrong guess at a window."""
        self._db.execute("UPDATE window SET wrong = wrong + 1 WHERE id = ?", (window.id,))

    def use_up(self, window: Window) -> bool:
        """Close a window for good; False if another was quicker."""
        used = self._db.execute("DELETE FROM window WHERE id = ?", (window.id,)).rowcount
        return used == 1

    def signed(self, name: str, serial: int) -> None:
        """Remember a certificate."""
        self._db.execute("INSERT INTO signed VALUES (?, ?)", (f"{serial:x}", name))

    def serials(self, name: str) -> list[int]:
        """Return the serial number of every certificate that was signed for `name`."""
        rows = self._db.execute("SELECT serial FROM signed WHERE name = ?", (name,))
        return [int(serial, 16) for (serial,) in rows]

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()
