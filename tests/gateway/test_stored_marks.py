"""Marks on the disk: joined with what is there, and as many as are kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.core.effects import Save, SaveDone, SaveMark
from gateway.core.events import OperatorActed
from gateway.store.actions import ActionQueue, QueuedAction
from gateway.store.backlog import compact
from gateway.store.marks import marks_of
from gateway.store.reader import StoreReader
from tests.gateway.stored import INCIDENT, OPEN, Disk, alert
from tests.waiting import patience
from wire.ids import MarkId, Wall
from wire.limits import MOST_MARKS_BY_LINKS
from wire.mark_fields import Marking
from wire.marks import MARK, TAKE_BACK, Mark, Spot, TakenBack
from wire.stage import Answer

SPOT = Spot("Main", "2", "204", 10.0, 20.0)


def mark(number: int, taken: TakenBack | None = None) -> Mark:
    name = MarkId(f"{number:08x}-0000-4000-8000-000000000000")
    seen = Wall(100.0 + number)
    return Mark(name, "seen", SPOT, "", "Ms Hill", "link", seen, seen, number, taken)


GONE = TakenBack(Wall(900.0), "Mr Lee", "account")


def stored(path: Path) -> tuple[Mark, ...]:
    with closing(sqlite3.connect(path)) as db:
        return marks_of(db, INCIDENT)


def test_a_restart_keeps_the_marks_in_their_order(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, SaveMark(INCIDENT, mark(2)), SaveMark(INCIDENT, mark(1)), alert("a"))
    disk.store.stop(within=patience(2))
    (incident,) = Disk(tmp_path).held.incidents
    assert incident.marks == (mark(1), mark(2))


def test_a_mark_that_was_taken_back_comes_back_by_no_late_row(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(SaveMark(INCIDENT, mark(1, GONE)), SaveMark(INCIDENT, mark(1)), alert("a"))
    assert stored(disk.path) == (mark(1, GONE),)


def test_what_waits_for_the_disk_is_one_row_for_each_mark() -> None:
    work: list[Save] = [SaveMark(INCIDENT, mark(1)), SaveMark(INCIDENT, mark(1, GONE))]
    assert compact(work) == compact(work[::-1]) == [SaveMark(INCIDENT, mark(1, GONE))]


def test_ten_thousand_marks_of_one_link_leave_as_many_rows_as_are_kept(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(*[SaveMark(INCIDENT, mark(number)) for number in range(10_000)], alert("a"))
    assert [each.number for each in stored(disk.path)] == [*range(10_000)][-MOST_MARKS_BY_LINKS:]


def test_what_persons_asked_for_leaves_no_rows_behind(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    queue = ActionQueue(disk.path)
    for number in range(60):
        asked = Marking(mark(number).id, "seen", SPOT)
        queue.put([QueuedAction(INCIDENT, MARK, "Day", side=Answer.RECEIVER, marking=asked)])
    given = [disk.notes.get(timeout=patience(5)) for _ in range(60)]
    assert [each.number for each in given] == [*range(1, 61)]
    disk.keep(*[SaveDone(each.number) for each in given], alert("b"))
    with closing(sqlite3.connect(disk.path)) as db:
        assert db.execute("SELECT id FROM action").fetchall() == [(60,)]


def test_what_a_person_asked_for_is_heard_with_how_they_are_known(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    queue = ActionQueue(disk.path)
    put, back = Marking(mark(1).id, "seen", SPOT), Marking(mark(1).id)
    queue.put([QueuedAction(INCIDENT, MARK, "Day", "red", marking=put)])
    queue.put([QueuedAction(INCIDENT, TAKE_BACK, "Day", side=Answer.RECEIVER, marking=back)])
    answer = QueuedAction(INCIDENT, MARK, "Day (arc)", "", 7, Answer.RECEIVER, marking=put)
    queue.put([answer], "arc")
    queue.put([answer], "arc")
    given = [disk.notes.get(timeout=patience(5)) for _ in range(3)]
    assert all(isinstance(each, OperatorActed) for each in given)
    told = [(each.known, each.marking) for each in given]
    assert told == [("account", put), ("link", back), ("receiver", put)]
    assert disk.notes.empty()


def test_a_damaged_row_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, SaveMark(INCIDENT, mark(1)), SaveMark(INCIDENT, mark(2)), alert("a"))
    with closing(sqlite3.connect(disk.path)) as db, db:
        db.execute("UPDATE mark SET words = '{' WHERE seen_at = 101.0")
    assert stored(disk.path) == (mark(2),)


def test_the_timeline_says_who_saw_what_where_and_who_took_it_back(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, SaveMark(INCIDENT, mark(1, GONE)), alert("a"))
    lines = [line for line in StoreReader(disk.path).events(INCIDENT) if line.what != "pressed"]
    assert [(line.at, line.what, line.by, line.text) for line in lines] == [
        (101.0, MARK, "Ms Hill", "seen here: Main, floor 2, room 204"),
        (900.0, TAKE_BACK, "Mr Lee", "seen here: Main, floor 2, room 204"),
    ]
    assert [Answer(line.side) for line in lines] == [Answer.RECEIVER, Answer.SCHOOL]
