"""The open alerts as rows of an SQLite file.  Decides nothing; for the journal's thread."""

import contextlib
import json
import math
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from device.events import KnownPress, StoredAlert
from wire.ids import ROOM, UUID, AlertId, BootId, Monotonic, RoomId, Wall
from wire.stage import Answer, Stage

Batch = Mapping[AlertId, StoredAlert | None]
"""The newest word on each alert; None takes it out."""

# The same damage gives the same id in every life of the process.
_SPACE: Final = uuid.UUID("b3a6a3a0-62a5-5d2f-9a0b-3f6a1f7f0c55")
# Of a room that cannot be read: the gateway's register says where the unit hangs.
_NO_ROOM: Final = "unknown"
_MOST: Final = 2**31 - 1

# Another process that holds the file open is no reason to wait longer.
_BUSY_S: Final = 1.0

_LAYOUT: Final = 3
_TABLE: Final = """CREATE TABLE alert (
    alert TEXT PRIMARY KEY, boot TEXT NOT NULL, seq INTEGER NOT NULL, room TEXT NOT NULL,
    machine TEXT NOT NULL, pressed REAL, pressed_at REAL, presses INTEGER NOT NULL,
    stage INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 4),
    answer INTEGER NOT NULL CHECK (answer BETWEEN 0 AND 2)
) STRICT;"""
# Each further press as [number, pressed, pressed_at], in JSON; nearly always there is none.
_FURTHER: Final = "ALTER TABLE alert ADD COLUMN further TEXT NOT NULL DEFAULT '';"
# The first layout, which had no number, had one ladder.  Its stage 5, that somebody has taken the
# alert, does not tell whether it was delivered nor who has taken it: a gateway tells that anew.
_FROM_FIRST: Final = (
    "ALTER TABLE alert RENAME TO alert_before;",
    _TABLE,
    """INSERT INTO alert SELECT alert, boot, seq, room, machine, pressed, pressed_at, presses,
    iif(stage > 4, 3, stage), 0 FROM alert_before ORDER BY rowid;""",
    "DROP TABLE alert_before;",
)
_SAVE: Final = """INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (alert) DO UPDATE SET machine = excluded.machine, pressed = excluded.pressed,
    presses = excluded.presses, stage = excluded.stage, answer = excluded.answer,
    further = excluded.further"""
_FORGET: Final = "DELETE FROM alert WHERE alert = ?"
_LOAD: Final = "SELECT rowid, * FROM alert ORDER BY rowid"
_DROP: Final = "DELETE FROM alert WHERE rowid = ?"


class Rows:
    """The file at `path`, made if it is not there; `machine` names this run of the machine.

    All of it raises sqlite3.Error or OSError; after that it is good for `close` alone.
    """

    def __init__(self, path: Path, machine: str) -> None:
        self._machine = machine
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        self._db.text_factory = lambda value: value.decode(errors="replace")
        try:
            self._prepare()
        except sqlite3.Error:
            self._db.close()
            raise

    def read(self) -> tuple[StoredAlert, ...]:
        """Return the alerts, oldest first; `pressed` is None if the machine rebooted since.

        A row that a disk spoilt is still an alert: what cannot be sent on the wire is replaced,
        here and in the file, so that the alert can be answered and closed.
        """
        rows = []
        for number, *found in self._db.execute(_LOAD).fetchall():
            row = self._row(found)
            if row.alert != found[0]:
                self._db.execute(_DROP, (number,))
                self.write({row.alert: row})
            rows.append(row)
        return tuple(rows)

    def write(self, batch: Batch) -> None:
        """Write all of `batch`, synced, or nothing of it."""
        if not batch:
            return
        self._db.execute("BEGIN IMMEDIATE")
        for alert, row in batch.items():
            if row is None:
                self._db.execute(_FORGET, (alert,))
            else:
                self._db.execute(_SAVE, self._columns(row))
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; what was not committed is undone."""
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def _prepare(self) -> None:
        # Power cuts: WAL with FULL lost 0 commits of 380, with NORMAL 111 of 328 (reliability 0.8).
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if self._db.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the file is damaged")
        (layout,) = self._db.execute("PRAGMA user_version").fetchone()
        if layout < _LAYOUT:
            found = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'alert'").fetchone()
            first = () if layout == 2 else _FROM_FIRST if found else (_TABLE,)
            steps = " ".join((*first, _FURTHER))
            self._db.executescript(
                f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {_LAYOUT}; COMMIT;"
            )

    def _columns(self, row: StoredAlert) -> tuple[Any, ...]:
        when = row.pressed, row.pressed_at
        return (
            row.alert,
            row.boot,
            row.seq,
            row.room,
            self._machine,
            *when,
            row.presses,
            row.stage,
            row.answer,
            json.dumps(row.further) if row.further else "",
        )

    def _row(self, found: Sequence[Any]) -> StoredAlert:
        alert, boot, seq, room, machine, pressed, pressed_at, presses, *facts = found
        stage, answer, further = facts
        comparable = pressed is not None and machine == self._machine
        return StoredAlert(
            alert=AlertId(_as_uuid(alert)),
            boot=BootId(_as_uuid(boot)),
            seq=min(max(seq, 1), _MOST),
            room=RoomId(room if ROOM.fullmatch(room) else _NO_ROOM),
            pressed=Monotonic(pressed) if comparable else None,
            pressed_at=None if pressed_at is None else Wall(pressed_at),
            presses=min(max(presses, 1), _MOST),
            stage=Stage(stage),
            answer=Answer(answer),
            further=_read_further(further, presses, machine == self._machine) if further else (),
        )


def _read_further(text: str, presses: int, is_same_machine: bool) -> tuple[KnownPress, ...]:
    """Read what was written of further presses; what a disk spoilt is not known any more."""
    try:
        found = [_known(each, is_same_machine) for each in json.loads(text)]
    except (ValueError, TypeError, RecursionError):
        return ()
    numbers = [each.press for each in found]
    if numbers != sorted(set(numbers)) or not all(1 < each <= presses for each in numbers):
        return ()
    return tuple(each for each in found if each.pressed is not None or each.pressed_at is not None)


def _known(found: Any, is_same_machine: bool) -> KnownPress:
    press, pressed, pressed_at = found
    if type(press) is not int:
        raise TypeError("not the number of a press")
    return KnownPress(
        press,
        None if pressed is None or not is_same_machine else Monotonic(_finite(pressed)),
        None if pressed_at is None else Wall(_finite(pressed_at)),
    )


def _finite(moment: float) -> float:
    if not math.isfinite(moment):
        raise ValueError("not a moment")
    return float(moment)


def _as_uuid(text: str) -> str:
    """Return `text` if it is a UUID, else always the same one in its place."""
    return text if UUID.fullmatch(text) else str(uuid.uuid5(_SPACE, text))


def is_damage(error: Exception) -> bool:
    """True if the file is no journal; subclasses of this error tell of disks and locks instead."""
    return type(error) is sqlite3.DatabaseError
