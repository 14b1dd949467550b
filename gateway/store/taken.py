"""Which people have taken what stands: troubles, and the notices of alarms.

Any connection; raises sqlite3.Error.
"""

import sqlite3
from typing import Final, NamedTuple

from wire.ids import IncidentId, Wall
from wire.timeline import HAS_NOTICE, TAKE_TROUBLE

_MOST: Final = 2_000
_TAKEN: Final = (
    "SELECT text, by, at FROM event WHERE incident = '' AND what = ? ORDER BY rowid DESC LIMIT ?"
)
_HAVE: Final = (
    "SELECT incident, text FROM event WHERE what = ? AND incident IN"
    " (SELECT id FROM incident WHERE status = 'active')"
)


class TakenRow(NamedTuple):
    """A person took the trouble of that name at that time."""

    name: str
    by: str
    at: Wall


def taken_troubles(db: sqlite3.Connection) -> list[TakenRow]:
    """Return the newest times that somebody took a trouble, the newest first."""
    return [TakenRow(*row) for row in db.execute(_TAKEN, (TAKE_TROUBLE, _MOST))]


def people_with_notice(db: sqlite3.Connection) -> dict[IncidentId, frozenset[str]]:
    """Return of each open incident who said that they have its notice."""
    found: dict[IncidentId, frozenset[str]] = {}
    for incident, person in db.execute(_HAVE, (HAS_NOTICE,)):
        found[incident] = found.get(incident, frozenset()) | {person}
    return found
