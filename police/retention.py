"""Deletes what the receiver no longer keeps: pictures after days, closed incidents after years.

An incident that nobody closed is kept, whatever its age, and so are its pictures.
"""

import sqlite3
from typing import Final, NamedTuple

from wire.ids import Wall

DAY: Final = 86400.0
# Bounds what one commit deletes, so that no report waits for it.
_MOST: Final = 50

# A card is kept whole until the last of its incidents is old.
_OLD: Final = (
    "SELECT sender, incident FROM incident i WHERE newest_at < ?1"
    " AND json_extract(head, '$.status') = 'closed' AND NOT EXISTS (SELECT 1 FROM incident o"
    " WHERE o.sender = i.sender AND o.card = i.card AND o.newest_at >= ?1)"
    " ORDER BY newest_at LIMIT ?2"
)
_OLD_PICTURES: Final = (
    "DELETE FROM picture WHERE number IN (SELECT number FROM picture p JOIN incident i"
    " USING (sender, incident) WHERE newest_at < ? AND json_extract(head, '$.status') = 'closed'"
    " LIMIT ?)"
)
_ANSWERS: Final = (
    "DELETE FROM answer WHERE sender = ? AND incident = ?"
    " AND number < (SELECT max(number) FROM answer)"
)
_PRESSES: Final = (
    "DELETE FROM press WHERE sender = ?1"
    " AND alert IN (SELECT alert FROM alert WHERE sender = ?1 AND incident = ?2)"
)
_MOVES: Final = "DELETE FROM move WHERE (sender, alert) NOT IN (SELECT sender, alert FROM alert)"
_TABLES: Final = ("picture", "dropped", "alert", "incident", "report")


class Keep(NamedTuple):
    """For how many days."""

    pictures: int
    reports: int


def sweep(db: sqlite3.Connection, keep: Keep, now: Wall) -> bool:
    """Delete some of what is over; True if there may be more.  Within the caller's transaction.

    The last answer of all stays: schools ask for those after the number that they have.
    """
    pictures = db.execute(_OLD_PICTURES, (now - keep.pictures * DAY, _MOST)).rowcount
    old = db.execute(_OLD, (now - keep.reports * DAY, _MOST)).fetchall()
    db.executemany(_PRESSES, old)
    for table in _TABLES:
        db.executemany(f"DELETE FROM {table} WHERE sender = ? AND incident = ?", old)  # noqa: S608
    db.executemany(_ANSWERS, old)
    if old:
        db.execute(_MOVES)
    return pictures == _MOST or len(old) == _MOST
