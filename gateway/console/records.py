"""Reads the gateway's store for the pages, by a connection that cannot write.  Decides nothing."""

import sqlite3
import threading
from pathlib import Path
from typing import Final, NamedTuple

from wire.ids import IncidentId, Wall

_BUSY_S: Final = 2.0
# A school looks at what is going on; what is older stays in the store.
_MOST_INCIDENTS: Final = 200
_MOST_EVENTS: Final = 500


class Head(NamedTuple):
    """An incident as a list shows it; `stage` is that of the alert that got least far."""

    id: IncidentId
    opened_at: Wall
    status: str
    link: int
    alerts: int
    stage: int
    rooms: str

    @property
    def is_open(self) -> bool:
        """True until a named person closed it."""
        return self.status == "active"


class AlertRow(NamedTuple):
    """An alert as it stands."""

    id: str
    room: str
    name: str
    floor: str
    building: str
    pressed_at: Wall
    presses: int
    doubts: str
    stage: int


class EventRow(NamedTuple):
    """A line of the timeline."""

    at: Wall
    what: str
    by: str
    text: str


_HEADS: Final = (
    "SELECT i.id, opened_at, status, link, count(a.id), coalesce(min(stage), 3),"
    " coalesce(group_concat(DISTINCT a.name), '')"
    " FROM incident i LEFT JOIN alert a ON a.incident = i.id"
)


class Records:
    """The store at `path`, which may not exist yet; any thread may ask.  Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def version(self) -> int:
        """Return a number that is another one after each commit of another process."""
        with self._lock:
            (number,) = self._opened().execute("PRAGMA data_version").fetchone()
            return int(number)

    def heads(self) -> list[Head]:
        """Return the newest incidents, open ones first."""
        sql = f"{_HEADS} GROUP BY i.id ORDER BY status, opened_at DESC LIMIT ?"
        with self._lock:
            return [Head(*row) for row in self._opened().execute(sql, (_MOST_INCIDENTS,))]

    def head(self, incident: IncidentId) -> Head | None:
        """Return one incident."""
        sql = f"{_HEADS} WHERE i.id = ? GROUP BY i.id"
        with self._lock:
            row = self._opened().execute(sql, (incident,)).fetchone()
        return Head(*row) if row else None

    def alerts(self, incident: IncidentId) -> list[AlertRow]:
        """Return an incident's alerts as they came."""
        sql = (
            "SELECT id, room, name, floor, building, pressed_at, presses, doubts, stage FROM alert"
            " WHERE incident = ? ORDER BY received_at, id"
        )
        with self._lock:
            return [AlertRow(*row) for row in self._opened().execute(sql, (incident,))]

    def events(self, incident: IncidentId) -> list[EventRow]:
        """Return the newest lines of an incident's timeline, the oldest first."""
        sql = "SELECT at, what, by, text FROM event WHERE incident = ? ORDER BY rowid DESC LIMIT ?"
        with self._lock:
            rows = self._opened().execute(sql, (incident, _MOST_EVENTS)).fetchall()
        return [EventRow(*row) for row in reversed(rows)]

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db = None

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            address = f"{self._path.resolve().as_uri()}?mode=rw"
            self._db = sqlite3.connect(
                address, timeout=_BUSY_S, uri=True, isolation_level=None, check_same_thread=False
            )
            self._db.execute("PRAGMA query_only = ON")
        return self._db
