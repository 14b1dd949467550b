"""Where other processes and threads leave what persons do; the gateway hears it within 0.25 s.

The only table of the store that anybody but the gateway's own store writes.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from gateway.actions import LONGEST_NAME, LONGEST_TEXT
from wire.clean import clean
from wire.ids import IncidentId

_BUSY_S: Final = 5.0
# What the person could see goes with it: a press that comes later is not theirs to end.
_ADD: Final = (
    "INSERT OR IGNORE INTO action (incident, what, by, text, at, source, answer, seen)"
    " VALUES (?1,?2,?3,?4,?5,?6,?7,"
    " (SELECT json_group_object(id, presses) FROM alert WHERE incident = ?1))"
)


class Deed(NamedTuple):
    """`by` did `what`, a word of gateway/actions.py; `answer` numbers it where it came from."""

    incident: IncidentId
    what: str
    by: str
    text: str = ""
    answer: int | None = None


class ActionBox:
    """The table of actions in the store at `path`; each method raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # A crowd that waits here in turn does not starve the gateway's own commits.
        self._lock = threading.Lock()

    def put(self, deeds: Iterable[Deed], source: str | None = None) -> None:
        """Leave deeds; an answer that is there already is left out."""
        at = time.time()
        rows = [
            (
                deed.incident,
                deed.what,
                clean(deed.by)[:LONGEST_NAME],
                clean(deed.text, LONGEST_TEXT)[:LONGEST_TEXT],
                at,
                source,
                deed.answer,
            )
            for deed in deeds
        ]
        with self._lock, closing(self._connect()) as db, db:
            db.executemany(_ADD, rows)

    def newest(self, source: str) -> int:
        """Return the number of the last answer of `source`; 0 before the first."""
        with closing(self._connect()) as db:
            (number,) = db.execute(
                "SELECT coalesce(max(answer), 0) FROM action WHERE source = ?", (source,)
            ).fetchone()
        return int(number)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode=rw", uri=True, timeout=_BUSY_S
        )
