"""The alerts of closed incidents that were pressed again, and so belong to another by now.

An alert is one row, which goes with its newest press.  What the earlier ones were is kept here: the
end of their incident must be told after a start, too.  Inside a transaction.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from gateway.core.effects import SaveAlert
from wire.ids import IncidentId

_KEEP: Final = (
    "INSERT OR IGNORE INTO ended SELECT incident, id, presses FROM alert"
    " WHERE id = ? AND incident <> ? AND presses < ?"
)
_OF: Final = (
    "SELECT ended.presses, alert.* FROM ended JOIN alert ON alert.id = ended.alert"
    " WHERE ended.incident = ? ORDER BY received_at"
)


def keep(db: sqlite3.Connection, alert: SaveAlert) -> None:
    """Keep what the row of an alert says of the incident that it is about to leave, if any."""
    db.execute(_KEEP, (alert.id, alert.incident, alert.presses))


def rows(db: sqlite3.Connection, incident: IncidentId) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Return each alert that has left a closed incident: its presses then, and its row by now."""
    for presses, *row in db.execute(_OF, (incident,)):
        yield presses, tuple(row)
