"""What named persons asked for through the table of actions, and what of it is done.

Inside a transaction, or by the connection of the store's own thread.
"""

import json
import sqlite3
from collections.abc import Set as AbstractSet
from typing import Final

from gateway.core.events import OperatorActed
from gateway.core.incidents.actions import ACTIONS
from gateway.store.exercises import asked_for
from gateway.store.marks import marking_of
from gateway.store.values import known_by, read_answer, read_seen
from wire.ids import IncidentId
from wire.marks import MARKING
from wire.stage import Answer

_KNOWN: Final = ACTIONS.keys() | MARKING.keys()
_DONE: Final = "UPDATE action SET done = 1 WHERE id = ?"
# So that nobody fills the disk with marks.  The number of a receiver's answer must stay, and so
# must the last row, or its id would be given to another action.
_OF_MARKS: Final = (
    "DELETE FROM action WHERE mark IS NOT NULL AND source IS NULL AND done = 1"
    " AND id < (SELECT max(id) FROM action)"
)
# In one batch, so that no crowd of viewers holds the loop.
_MOST_ACTIONS: Final = 50


def new_actions(db: sqlite3.Connection, given: AbstractSet[int]) -> list[OperatorActed]:
    """Return what named persons asked for, is not done and was not `given` before.

    It is done when what follows from it is committed: until then a start gives it again.
    """
    rows = db.execute(
        "SELECT id, incident, what, by, text, seen, side, detail, source, mark, exercise"
        " FROM action"
        " WHERE done = 0 AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
        (json.dumps(list(given)), _MOST_ACTIONS),
    ).fetchall()
    db.executemany(_DONE, [(row[0],) for row in rows if row[2] not in _KNOWN])
    return [
        OperatorActed(
            IncidentId(incident),
            what,
            by,
            text,
            read_seen(seen),
            number,
            read_answer(side) or Answer.SCHOOL,
            detail,
            known_by(side, source),
            marking_of(mark),
            asked_for(exercise),
        )
        for number, incident, what, by, text, seen, side, detail, source, mark, exercise in rows
        if what in _KNOWN
    ]


def not_done(db: sqlite3.Connection, given: AbstractSet[int]) -> set[int]:
    """Return which of the actions that were `given` are not done."""
    rows = db.execute(
        "SELECT id FROM action WHERE done = 0 AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(given)),),
    )
    return {number for (number,) in rows}


def is_done(db: sqlite3.Connection, action: int) -> None:
    """What follows from an action is committed with this."""
    db.execute(_DONE, (action,))
    db.execute(_OF_MARKS)
