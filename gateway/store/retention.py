"""Deletes what the gateway no longer keeps: closed incidents and what belongs to them, after years.

An incident that is not closed is kept whole, whatever its age.  Pictures have a retention time of
their own (`store/pictures`).
"""

import sqlite3
from collections.abc import Callable
from typing import Final

from gateway.core.values import Now
from wire.ids import Monotonic, Seconds, Wall

_EVERY: Final = Seconds(3600.0)
# Bounds what one commit deletes, so that no alert waits for it.
_MOST: Final = 50
_DAY: Final = 86400.0

_OLD: Final = (
    "SELECT id FROM incident WHERE status = 'closed' AND opened_at < ?1 AND NOT EXISTS"
    " (SELECT 1 FROM event WHERE incident = id AND at >= ?1) ORDER BY opened_at LIMIT ?2"
)
_WITH_IT: Final = (
    "DELETE FROM receipt WHERE alert IN (SELECT id FROM alert WHERE incident = ?)",
    "DELETE FROM press WHERE alert IN (SELECT id FROM alert WHERE incident = ?)",
    "DELETE FROM move WHERE alert IN (SELECT id FROM alert WHERE incident = ?)",
    "DELETE FROM alert WHERE incident = ?",
    "DELETE FROM ended WHERE incident = ?",
    "DELETE FROM event WHERE incident = ?",
    "DELETE FROM mark WHERE incident = ?",
    "DELETE FROM incident WHERE id = ?",
)
_TROUBLES: Final = (
    "DELETE FROM trouble WHERE (name, started) IN"
    " (SELECT name, started FROM trouble WHERE ended < ? LIMIT ?)"
)
# The last answer of each sender stays: those after it are asked for.
_ACTIONS: Final = (
    "DELETE FROM action WHERE id IN (SELECT id FROM action a WHERE done = 1 AND at < ?"
    " AND incident NOT IN (SELECT id FROM incident) AND (answer IS NULL OR answer <"
    " (SELECT max(answer) FROM action b WHERE b.source = a.source)) LIMIT ?)"
)


class Retention:
    """Deletes what is older than `days`, and nothing while `is_clock_set` says no."""

    def __init__(self, days: int, is_clock_set: Callable[[Wall], bool]) -> None:
        self._keep_for = days * _DAY
        self._is_clock_set = is_clock_set
        self._sweep_at = Monotonic(float("-inf"))

    def sweep(self, db: sqlite3.Connection, now: Now) -> None:
        """If it is time, delete some; with more to delete it is time again at once."""
        if now.mono < self._sweep_at or not self._is_clock_set(now.wall):
            return
        db.execute("BEGIN IMMEDIATE")
        more = _delete(db, Wall(now.wall - self._keep_for))
        db.execute("COMMIT")
        self._sweep_at = now.mono if more else Monotonic(now.mono + _EVERY)


FOR_EVER: Final = Retention(0, lambda _: False)


def _delete(db: sqlite3.Connection, before: Wall) -> bool:
    old = db.execute(_OLD, (before, _MOST)).fetchall()
    for statement in _WITH_IT:
        db.executemany(statement, old)
    others = [db.execute(each, (before, _MOST)).rowcount for each in (_TROUBLES, _ACTIONS)]
    return max(len(old), *others) == _MOST
