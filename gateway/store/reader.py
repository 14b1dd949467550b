"""Reads the gateway's store for the pages, by a connection that cannot write.  Decides nothing."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from gateway.store import heads
from gateway.store.heads import Head
from gateway.store.marks import marks_of
from gateway.store.read_only import log_of, open_read_only
from gateway.store.receipts import Delivery, delivery_of
from gateway.store.taken import TakenRow, people_with_notice, taken_troubles
from gateway.store.timeline import OWN_PRESSES, EventRow, timeline_of
from service.filestamp import stamp_of
from wire.ids import AlertId, EndpointName, IncidentId, Wall
from wire.marks import Mark

_MOST_EVENTS: Final = 500
_MOST_PRESSES: Final = 2000


class AlertRow(NamedTuple):
    """An alert as it stands.  What a closed incident ended and another one has by now is as it was
    at that end; `answer` None: nobody knows it any more.
    """

    id: str
    room: str
    name: str
    floor: str
    building: str
    pressed_at: Wall
    received_at: Wall
    presses: int
    doubts: str
    stage: int
    answer: int | None
    held: float | None
    bounces: int | None
    uptime: float | None


class PressRow(NamedTuple):
    """A press after the first of an alert; `pressed_at` is None if only its arrival is known."""

    alert: str
    press: int
    pressed_at: Wall | None
    received_at: Wall


class MoveRow(NamedTuple):
    """An alert that was moved: the room, the incident that it left last, and that which has it."""

    room: str
    was: IncidentId
    now: IncidentId
    by: str
    at: Wall


class TroubleRow(NamedTuple):
    """A trouble that the gateway told of and that has not ended."""

    name: str
    detail: str
    started: Wall


# A move to where it was says which of several incidents a press was put into.
_MOVES: Final = (
    "SELECT room, was, incident, by, max(at) FROM move JOIN alert ON alert.id = move.alert"
    " WHERE move.alert IN (SELECT alert FROM move WHERE was = ?1 UNION"
    " SELECT id FROM alert WHERE incident = ?1) AND was <> told_to AND"
    " (was = ?1) <> (incident = ?1) GROUP BY move.alert ORDER BY at"
)


class StoreReader:
    """The store at `path`, which may not exist yet; any thread may ask.  Raises sqlite3.Error.

    `endpoints` are those that should have every incident.
    """

    def __init__(self, path: Path, endpoints: Sequence[EndpointName] = ()) -> None:
        self._path = path
        self._endpoints = endpoints
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._log = log_of(path)
        self._is_in_use = False

    def version(self) -> int:
        """Return a number that is another one after each commit of another process."""
        with self._lock:
            (number,) = self._opened().execute("PRAGMA data_version").fetchone()
            return int(number)

    def heads(self) -> list[Head]:
        """Return the newest emergencies, open ones first."""
        with self._lock:
            return heads.newest(self._opened())

    def rehearsed(self) -> list[Head]:
        """Return the newest tests and drills."""
        with self._lock:
            return heads.rehearsed(self._opened())

    def open_heads(self) -> list[Head]:
        """Return the emergencies that are open."""
        with self._lock:
            return heads.unended(self._opened())

    def head(self, incident: IncidentId) -> Head | None:
        """Return one incident."""
        with self._lock:
            return heads.head_of(self._opened(), incident)

    def delivery(self, incident: IncidentId) -> Delivery:
        """Return who has an incident, endpoint by endpoint."""
        with self._lock:
            return delivery_of(self._opened(), incident, self._endpoints)

    def alerts(self, incident: IncidentId) -> list[AlertRow]:
        """Return an incident's alerts as they came."""
        sql = (
            "SELECT id, room, name, floor, building, pressed_at, received_at, presses, doubts,"
            " stage, answer, held, bounces, uptime FROM alert WHERE incident = ?1 UNION ALL"
            " SELECT id, room, name, floor, building, pressed_at, received_at, ended.presses,"
            " doubts, 6, NULL, held, bounces, uptime FROM ended JOIN alert ON id = ended.alert"
            " WHERE ended.incident = ?1"
            " ORDER BY received_at, id"
        )
        with self._lock:
            return [AlertRow(*row) for row in self._opened().execute(sql, (incident,))]

    def standing(self, incident: IncidentId) -> dict[AlertId, int]:
        """Return an incident's own alerts with their presses, as they are by now."""
        sql = "SELECT id, presses FROM alert WHERE incident = ?"
        with self._lock:
            rows = self._opened().execute(sql, (incident,)).fetchall()
        return {AlertId(name): presses for name, presses in rows}

    def presses(self, incident: IncidentId) -> list[PressRow]:
        """Return the newest further presses of an incident's alerts whose times are known."""
        sql = (
            f"{OWN_PRESSES}SELECT press.alert, press, pressed_at, received_at FROM span CROSS JOIN"  # noqa: S608
            " press ON press.alert = span.alert WHERE press > above AND press <= upto"
            " ORDER BY received_at DESC, press DESC LIMIT ?2"
        )
        with self._lock:
            rows = self._opened().execute(sql, (incident, _MOST_PRESSES)).fetchall()
        return [PressRow(*row) for row in reversed(rows)]

    def events(self, incident: IncidentId, most: int = _MOST_EVENTS) -> list[EventRow]:
        """Return the newest lines of each kind of an incident's timeline, the oldest first."""
        with self._lock:
            return timeline_of(self._opened(), incident, most)

    def moves(self, incident: IncidentId) -> list[MoveRow]:
        """Return where the alerts are by now that have left an incident, or that came by a move."""
        with self._lock:
            return [MoveRow(*row) for row in self._opened().execute(_MOVES, (incident,))]

    def marks(self, incident: IncidentId) -> tuple[Mark, ...]:
        """Return the marks of an incident, in the order in which they were seen."""
        with self._lock:
            return marks_of(self._opened(), incident)

    def troubles(self) -> list[TroubleRow]:
        """Return the troubles that stand, the oldest first."""
        sql = "SELECT name, detail, started FROM trouble WHERE ended IS NULL ORDER BY started"
        with self._lock:
            return [TroubleRow(*row) for row in self._opened().execute(sql)]

    def taken(self) -> list[TakenRow]:
        """Return the newest times that somebody took a trouble, the newest first."""
        with self._lock:
            return taken_troubles(self._opened())

    def with_notice(self) -> dict[IncidentId, frozenset[str]]:
        """Return of each open incident who said that they have its notice."""
        with self._lock:
            return people_with_notice(self._opened())

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db = None

    def _opened(self) -> sqlite3.Connection:
        """Return the connection to the store that is there now.

        One that was broken is set aside under another name, and a connection would go with it; one
        that was opened while the gateway stood still does not see what it writes.  Its log stays as
        long as we have it open.
        """
        file = stamp_of(self._path)
        is_other = file is None or file.inode != self._inode
        is_other |= not self._is_in_use and self._log.exists()
        if self._db is not None and is_other:
            self._db.close()
            self._db = None
        if self._db is None:
            self._is_in_use = self._log.exists()
            self._db = open_read_only(self._path)
            self._inode = file.inode if file else 0
        return self._db
