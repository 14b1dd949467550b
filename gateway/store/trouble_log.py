"""The troubles that the gateway told of: those that stand, and those that ended lately.

Any connection; raises sqlite3.Error.
"""

import sqlite3
from typing import Final, NamedTuple

from wire.ids import Seconds, Wall
from wire.trouble import TroubleName

# A month of a school's ordinary days; one in which more goes wrong is read by its newest.
_LATELY: Final = Seconds(30 * 86_400.0)
_MOST: Final = 500
_SQL: Final = (
    "SELECT name, detail, started, ended FROM trouble WHERE ended IS NULL OR ended >= ?"
    " ORDER BY ended IS NOT NULL, coalesce(ended, -started) DESC LIMIT ?"
)


class LoggedTrouble(NamedTuple):
    """A trouble from its start to its end; None: it stands."""

    name: TroubleName
    detail: str
    started: Wall
    ended: Wall | None


def read_troubles(db: sqlite3.Connection, now: Wall) -> list[LoggedTrouble]:
    """Return what stands, the oldest first, then what ended within 30 days, the newest first."""
    return [LoggedTrouble(*row) for row in db.execute(_SQL, (now - _LATELY, _MOST))]
