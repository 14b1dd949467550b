"""The moves of alerts between incidents, each a row.  Inside a transaction.

An alert's own row says where it belongs now; these say how it came there, and what has left.
"""

import sqlite3
from typing import Final

from gateway.core.effects import SaveMove
from wire.ids import AlertId, IncidentId, Wall
from wire.moves import Move

# Of two moves with one number the same one is true here as everywhere (wire/moves.py).
_KEEP: Final = (
    "INSERT INTO move VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
    " told_from = excluded.told_from, by = excluded.by, at = excluded.at"
    " WHERE (excluded.told_from, excluded.by, excluded.at) > (told_from, by, at)"
)
_PLACE: Final = "UPDATE alert SET incident = ? WHERE id = ?"
_LEFT: Final = (
    "SELECT alert.* FROM alert WHERE incident <> ?1"
    " AND id IN (SELECT alert FROM move WHERE was = ?1) ORDER BY received_at"
)
_NEWEST: Final = (
    "SELECT number, told_to, told_from, by, at FROM move WHERE alert = ?"
    " ORDER BY number DESC, told_to DESC LIMIT 1"
)


def keep(db: sqlite3.Connection, saved: SaveMove) -> None:
    """Keep a move, which is the newest of its alert, and put the alert where it says."""
    alert, move, to, was = saved
    db.execute(_KEEP, (alert, move.number, move.to, move.source, move.by, move.at, was))
    db.execute(_PLACE, (to, alert))


def left(db: sqlite3.Connection, incident: IncidentId) -> list[tuple[object, ...]]:
    """Return the rows of the alerts that were in an incident and belong to others by now."""
    return db.execute(_LEFT, (incident,)).fetchall()


def newest(db: sqlite3.Connection, alert: AlertId) -> Move | None:
    """Return the move that says where an alert belongs; None if it never moved."""
    row = db.execute(_NEWEST, (alert,)).fetchone()
    if row is None:
        return None
    number, to, source, by, at = row
    return Move(number, IncidentId(to), IncidentId(source), by, Wall(at))
