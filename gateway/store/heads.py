"""Incidents as lists show them.  Any connection; raises sqlite3.Error."""

import sqlite3
from typing import Any, Final, NamedTuple

from wire.disposition import UNSAID
from wire.ids import IncidentId, Wall
from wire.modes import LIVE, Mode, read_mode

# A school looks at what is going on; what is older stays in the store.
_MOST: Final = 200
_MOST_REHEARSED: Final = 50
_HEADS: Final = (
    "SELECT i.id, opened_at, status, link, count(a.id), coalesce(min(answer), 0),"
    " coalesce(group_concat(DISTINCT a.name), ''), disposition, mode"
    " FROM incident i LEFT JOIN alert a ON a.incident = i.id"
)
REHEARSED: Final = "mode IN ('drill', 'test')"
"""Of an incident that is no emergency; whatever else stands there is one."""


class Head(NamedTuple):
    """An incident as a list shows it; `answer` is that of the alert that has been answered least.

    Who has it is not here: ask `StoreReader.delivery`.
    """

    id: IncidentId
    opened_at: Wall
    status: str
    link: int
    alerts: int
    answer: int
    rooms: str
    disposition: str = UNSAID
    mode: Mode = LIVE

    @property
    def is_open(self) -> bool:
        """True until a named person closed it."""
        return self.status == "active"

    @property
    def is_joined(self) -> bool:
        """True if all its alerts belong to another incident, which goes on."""
        return self.is_open and not self.alerts

    @property
    def is_over(self) -> bool:
        """True once every endpoint knows that it was closed."""
        return self.status == "closed"


def newest(db: sqlite3.Connection) -> list[Head]:
    """Return the newest emergencies, open ones first."""
    sql = f"{_HEADS} WHERE NOT {REHEARSED} GROUP BY i.id ORDER BY status, opened_at DESC LIMIT ?"
    return [_head(row) for row in db.execute(sql, (_MOST,))]


def rehearsed(db: sqlite3.Connection) -> list[Head]:
    """Return the newest tests and drills."""
    sql = f"{_HEADS} WHERE {REHEARSED} GROUP BY i.id ORDER BY opened_at DESC LIMIT ?"
    return [_head(row) for row in db.execute(sql, (_MOST_REHEARSED,))]


def unended(db: sqlite3.Connection) -> list[Head]:
    """Return the emergencies that are open."""
    sql = f"{_HEADS} WHERE status = 'active' AND NOT {REHEARSED} GROUP BY i.id"
    return [_head(row) for row in db.execute(sql)]


def head_of(db: sqlite3.Connection, incident: IncidentId) -> Head | None:
    """Return one incident, whatever it is."""
    row = db.execute(f"{_HEADS} WHERE i.id = ? GROUP BY i.id", (incident,)).fetchone()
    return _head(row) if row else None


def _head(row: tuple[Any, ...]) -> Head:
    head = Head._make(row)
    return head._replace(mode=read_mode(head.mode))
