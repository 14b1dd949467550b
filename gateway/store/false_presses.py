"""Counts the presses of incidents that a person closed as a false alarm, by room.

Reads the gateway's store.  Any connection; raises sqlite3.Error.
"""

import sqlite3
from typing import Final

from gateway.core.supervision.false_presses import FalseCount, FalsePresses
from wire.disposition import FALSE_ALARM
from wire.ids import RoomId, Wall

# The books begin with the first of these.
_FIRST: Final = (
    "SELECT min(at) FROM (SELECT min(opened_at) AS at FROM incident UNION ALL"
    " SELECT min(started) FROM trouble UNION ALL"
    " SELECT at FROM (SELECT at FROM event ORDER BY rowid LIMIT 1))"
)
# What a closed incident ended may go on in another one, so the presses of an alert are counted for
# each incident that it was in, from the last one's end on.
_COUNTED: Final = (
    "WITH own (incident, alert, upto) AS (SELECT incident, id, presses FROM alert UNION ALL"
    " SELECT incident, alert, presses FROM ended)"
    " SELECT room, sum(upto - coalesce((SELECT max(presses) FROM ended e WHERE"
    " e.alert = own.alert AND e.presses < own.upto), 0)), count(DISTINCT i.id)"
    " FROM incident i JOIN own ON own.incident = i.id JOIN alert ON alert.id = own.alert"
    " WHERE i.status <> 'active' AND disposition = ? AND opened_at >= ? GROUP BY room"
)


def count_false(db: sqlite3.Connection, after: Wall) -> FalseCount:
    """Count them in incidents that were opened after `after`, or since the books begin."""
    (first,) = db.execute(_FIRST).fetchone()
    rows = db.execute(_COUNTED, (FALSE_ALARM, after))
    rooms = {RoomId(room): FalsePresses(presses, alarms) for room, presses, alarms in rows}
    return FalseCount(None if first is None else Wall(max(first, after)), rooms)
