"""The table in which threads of the gateway, and root's commands, leave the actions of people.

The gateway reads it every 0.25 s.  The only table of the store that anybody but the gateway's own
store writes.  The console leaves files (gateway/store/action_folder.py).
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from gateway.core.incidents.actions import LONGEST_NAME, LONGEST_TEXT
from gateway.core.site import NOTHING_MOVED, MovedPlaces
from wire.clean import clean
from wire.exercise import Exercise, write_exercise
from wire.ids import AlertId, IncidentId
from wire.mark_fields import Marking, write_marking
from wire.stage import Answer

# In the place of an incident: what a person did that belongs to none.
SCHOOL: Final = IncidentId("")
_BUSY_S: Final = 5.0
# What the person could see goes with it: a press that comes later is not theirs to end.  Where they
# do not say what that was it is what stands here by now.
_ADD: Final = (
    "INSERT OR IGNORE INTO action (incident, what, by, text, at, source, answer, side, detail,"
    " mark, exercise, file, seen) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,"
    " coalesce(?13, (SELECT json_group_object(id, presses) FROM alert WHERE incident = ?1)))"
)


# The same number for something else: its sender was set up anew and counts from 1 again.
_CLASHES: Final = (
    "SELECT 1 FROM action WHERE source = ? AND answer = ? AND (incident <> ? OR what <> ?)"
)


class QueuedAction(NamedTuple):
    """`by` did `what`, a word of incidents/actions.py; `answer` numbers it where it came from.

    `side` is where that person stands, `seen` the alerts, with their presses, that stood on their
    screen; None if their page does not say.  `detail` as in OperatorActed.  `marking` is the mark
    that they put or take back, `exercise` what they start, `moved` what they put elsewhere on the
    plan: no row has that.
    """

    incident: IncidentId
    what: str
    by: str
    text: str = ""
    answer: int | None = None
    side: Answer = Answer.SCHOOL
    seen: Mapping[AlertId, int] | None = None
    detail: str = ""
    marking: Marking | None = None
    moved: MovedPlaces = NOTHING_MOVED
    exercise: Exercise | None = None


class ActionQueue:
    """The table of actions in the store at `path`; each method raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Writers queue here one after the other, so that the gateway's own commits come through.
        self._lock = threading.Lock()

    def put(
        self, actions: Iterable[QueuedAction], source: str | None = None, file: str | None = None
    ) -> int:
        """Leave actions, and return how many were new: an answer that is there already is left out,
        and so is the one of a `file` that was taken before.

        An answer whose number stands for something else is one of a sender that counts anew.
        """
        at = time.time()
        with self._lock, closing(self._connect()) as db, db:
            for action in actions:
                db.execute(_ADD, _row(action, at, _source_of(db, action, source), file))
            return db.total_changes

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


def _row(
    action: QueuedAction, at: float, source: str | None, file: str | None
) -> tuple[object, ...]:
    by, text = clean(action.by)[:LONGEST_NAME], clean(action.text, LONGEST_TEXT)[:LONGEST_TEXT]
    seen = None if action.seen is None else json.dumps(dict(action.seen))
    source_of = (source, action.answer, action.side, action.detail)
    mark = json.dumps(write_marking(action.marking)) if action.marking else None
    started = json.dumps(write_exercise(action.exercise)) if action.exercise else None
    return action.incident, action.what, by, text, at, *source_of, mark, started, file, seen


def _source_of(db: sqlite3.Connection, action: QueuedAction, source: str | None) -> str | None:
    found = db.execute(_CLASHES, (source, action.answer, action.incident, action.what)).fetchone()
    return f"{source}#{action.incident}#{action.what}" if found else source
