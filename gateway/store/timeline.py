"""The timeline of an incident, read from the rows of what happened: each fact is one row.

A press is the row of its alert, or its own; a mark has a row; a delivery is its receipt, and NOT
DELIVERED ends with the first receipt for that press or a later one.  So no line can say otherwise
than the row does.
Any connection; raises sqlite3.Error.
"""

# ruff: noqa: S608  (what is put together here are constants)

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

from gateway.store.marks import marks_of
from wire.answers import PRESSED_AGAIN
from wire.ids import IncidentId, Wall
from wire.marks import MARK, TAKE_BACK, Mark, side_of
from wire.stage import Answer
from wire.timeline import DELIVERED, DELIVERED_AFTER_ALL, NOT_DELIVERED, PRESSED

WHOLE: Final = -1
"""As many lines as there are."""

# Which presses of which alerts are this incident's: what a closed one ended may go on in another.
OWN_PRESSES: Final = (
    "WITH own (alert, upto) AS (SELECT id, 2147483647 FROM alert WHERE incident = ?1"
    " UNION ALL SELECT alert, presses FROM ended WHERE incident = ?1),"
    " span (alert, above, upto) AS (SELECT alert, coalesce((SELECT max(presses) FROM ended e"
    " WHERE e.alert = own.alert AND e.presses < own.upto), 0), upto FROM own) "
)
_PRESSED: Final = (
    f"{OWN_PRESSES}SELECT pressed_at AS at, '{PRESSED}', '', '', 0, id, 1, '', ''"
    " FROM span CROSS JOIN alert ON id = span.alert WHERE above = 0"
)
_PRESSED_AGAIN: Final = (
    f"{OWN_PRESSES}SELECT coalesce(pressed_at, received_at) AS at, '{PRESSED_AGAIN}', '', '', 0,"
    " press.alert, press, '', '' FROM span CROSS JOIN press ON press.alert = span.alert"
    " WHERE press > above AND press <= upto"
)
_DELIVERED: Final = (
    f"{OWN_PRESSES}SELECT at, '{DELIVERED}', '', '', 0, receipt.alert, presses, endpoint, number"
    " FROM span CROSS JOIN receipt ON receipt.alert = span.alert"
    " WHERE presses > above AND presses <= upto"
)
# SQLite takes the other columns from the row that has the least `at`.
_AFTER_ALL: Final = (
    f"SELECT min(r.at) AS at, '{DELIVERED_AFTER_ALL}', '', '', 0, e.alert, e.press, r.endpoint,"
    " r.number FROM event e JOIN receipt r ON r.alert = e.alert AND r.presses >= e.press"
    f" WHERE e.incident = ?1 AND e.what = '{NOT_DELIVERED}' GROUP BY e.rowid"
)
# In the order in which they were written, which counts where the clock was set back.
_SAID: Final = (
    "SELECT at, what, by, text, side, alert, press, '', '' FROM event WHERE incident = ?1"
)
_OF_THE_SYSTEM: Final = f"{_SAID} AND by = ''"
_OF_PERSONS: Final = f"{_SAID} AND by <> '' AND side <> {Answer.RECEIVER:d}"
_OF_OTHERS: Final = f"{_SAID} AND by <> '' AND side = {Answer.RECEIVER:d}"
_KINDS: Final = (
    *(f"{sql} ORDER BY at DESC LIMIT ?2" for sql in (_PRESSED, _PRESSED_AGAIN, _DELIVERED)),
    f"{_AFTER_ALL} ORDER BY at DESC LIMIT ?2",
    *(f"{sql} ORDER BY rowid DESC LIMIT ?2" for sql in (_OF_THE_SYSTEM, _OF_PERSONS, _OF_OTHERS)),
)


class EventRow(NamedTuple):
    """A line of the timeline; `what` is a word of wire/timeline.py.

    `alert` and `press` say what it is about; a delivery covers that press and those before it.
    `endpoint` gave its receipt `number`.
    """

    at: Wall
    what: str
    by: str
    text: str
    side: int
    alert: str = ""
    press: int = 0
    endpoint: str = ""
    number: str = ""


def timeline_of(db: sqlite3.Connection, incident: IncidentId, most: int) -> list[EventRow]:
    """Return the newest `most` lines of each kind, all in their order."""
    found: list[EventRow] = []
    for sql in _KINDS:
        found += [EventRow(*row) for row in db.execute(sql, (incident, most)).fetchall()[::-1]]
    found += (line for mark in marks_of(db, incident) for line in _of_mark(mark))
    return sorted(found, key=lambda line: line.at)


def _of_mark(mark: Mark) -> Iterator[EventRow]:
    """Say who saw what, where and when; and who took that back."""
    note = f"; {mark.note}" if mark.note else ""
    yield EventRow(mark.seen_at, MARK, mark.by, f"{mark.sentence}{note}", mark.side)
    if mark.taken:
        at, by, known = mark.taken
        yield EventRow(at, TAKE_BACK, by, mark.sentence, side_of(known))
