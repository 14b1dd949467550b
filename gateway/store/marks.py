"""Rows of marks on the plan: joined with what is there, so that no order of writing matters.

Inside a transaction, or by a connection that only reads.  A damaged row is left out.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final

from gateway.core.effects import SaveMark
from wire.ids import IncidentId
from wire.mark_fields import Marking, read_mark, read_marking
from wire.marks import Mark, joined, write_mark

_OF: Final = "SELECT words FROM mark WHERE incident = ? ORDER BY seen_at, id"
_PUT: Final = "INSERT OR REPLACE INTO mark VALUES (?,?,?,?)"
_DROP: Final = "DELETE FROM mark WHERE incident = ? AND id = ?"


def keep(db: sqlite3.Connection, saved: Iterable[SaveMark]) -> None:
    """Keep these marks, and as many of the others as there is room for."""
    of_incident: dict[IncidentId, list[Mark]] = {}
    for each in saved:
        of_incident.setdefault(each.incident, []).append(each.mark)
    for incident, marks in of_incident.items():
        before = marks_of(db, incident)
        after = joined(before, marks)
        gone = {mark.id for mark in before} - {mark.id for mark in after}
        db.executemany(_DROP, [(incident, each) for each in gone])
        news = set(after) - set(before)
        rows = [(incident, each.id, each.seen_at, json.dumps(write_mark(each))) for each in news]
        db.executemany(_PUT, rows)


def marks_of(db: sqlite3.Connection, incident: IncidentId) -> tuple[Mark, ...]:
    """Return the marks of an incident, in the order in which they were seen."""
    found = (_read(words) for (words,) in db.execute(_OF, (incident,)).fetchall())
    return tuple(mark for mark in found if mark)


def marking_of(words: str | None) -> Marking | None:
    """Return what a person asked for; None if that was nothing, or damaged."""
    try:
        return read_marking(json.loads(words or "null"))
    except ValueError:
        return None


def _read(words: str) -> Mark | None:
    try:
        return read_mark(json.loads(words))
    except ValueError:
        return None
