"""What persons ask for through the store: heard, done once, and for what they saw."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.core.effects import (
    SaveDone,
)
from gateway.core.events import (
    OperatorActed,
)
from gateway.store.actions import ActionQueue, QueuedAction
from tests.gateway.stored import INCIDENT, OPEN, Disk, alert
from tests.waiting import patience
from wire.ids import AlertId


def asked(disk: Disk) -> OperatorActed:
    """A person asks for something; return it as the loop gets it."""
    with closing(sqlite3.connect(disk.path)) as db, db:
        db.execute("INSERT INTO action (incident, what, by, at) VALUES ('i-1','close','Day',1)")
    given = disk.notes.get(timeout=patience(5))
    assert isinstance(given, OperatorActed)
    return given


def test_what_a_person_asked_for_is_heard_once(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    given = asked(disk)
    assert given == OperatorActed(INCIDENT, "close", "Day", number=1)
    disk.keep(OPEN, alert("a"))
    assert disk.notes.empty()
    disk.keep(alert("b"), SaveDone(given.number))
    assert asked(disk).number == 2


def test_what_a_person_asked_for_is_heard_again_after_a_start_until_its_effect_is_committed(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    given = asked(disk)
    disk.store.stop(within=2.0)
    again = Disk(tmp_path)
    assert again.notes.get(timeout=patience(5)) == given
    again.keep(alert("a"), SaveDone(given.number))
    again.store.stop(within=2.0)
    last = Disk(tmp_path)
    last.keep(alert("b"))
    assert last.notes.empty()


def test_an_action_holds_for_what_the_person_saw_and_else_for_what_stands_here(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a", presses=3))
    queue = ActionQueue(disk.path)
    for seen in ({AlertId("a"): 2}, {}, None):
        queue.put([QueuedAction(INCIDENT, "close", "Day", seen=seen)])
    given = [disk.notes.get(timeout=patience(5)).seen for _ in range(3)]
    assert given == [{"a": 2}, {}, {"a": 3}]
