"""The journal keeps what the disk can keep, and never holds anybody up."""

import queue
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from device.clock import monotonic
from device.events import Journaled, JournalReplaced, KnownPress, Loaded, StoredAlert
from device.journal import Journal
from device.rows import Rows
from tests.device.fakes import BOOT, ROOM
from tests.waiting import patience, until
from wire.ids import UUID, AlertId, Monotonic, Wall
from wire.stage import Answer, Stage

A, B = (
    AlertId("aaaaaaaa-0000-4000-8000-000000000001"),
    AlertId("aaaaaaaa-0000-4000-8000-000000000002"),
)
ROW = StoredAlert(A, BOOT, 1, ROOM, Monotonic(12.5), Wall(1.8e9), 1, Stage.PRESSED)
Events = queue.SimpleQueue[Any]
Start = Callable[..., tuple[Journal, Events]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    begun = []

    def _start(path: Path = tmp_path / "j.db", machine: str = "boot-1") -> tuple[Journal, Events]:
        events: Events = queue.SimpleQueue()
        journal = Journal(path, machine, events.put)
        journal.start()
        begun.append(journal)
        return journal, events

    yield _start
    for journal in begun:
        journal.stop()


# The journal as it was before answers were a fact of their own.
FIRST = """CREATE TABLE alert (
    alert TEXT PRIMARY KEY, boot TEXT NOT NULL, seq INTEGER NOT NULL, room TEXT NOT NULL,
    machine TEXT NOT NULL, pressed REAL, pressed_at REAL, presses INTEGER NOT NULL,
    stage INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 6)) STRICT;"""


@pytest.mark.parametrize(
    ("stage", "kept"), [(2, Stage.STORED), (4, Stage.DELIVERED), (5, Stage.RECEIVED)]
)
def test_a_journal_of_the_first_layout_keeps_its_alerts_and_claims_no_delivery(
    tmp_path: Path, stage: int, kept: Stage
) -> None:
    with closing(sqlite3.connect(tmp_path / "j.db")) as db:
        db.executescript(FIRST)
        row = (A, BOOT, 1, ROOM, "boot-1", 12.5, 1.8e9, 1, stage)
        db.execute("INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.commit()
    rows = Rows(tmp_path / "j.db", "boot-1")
    assert rows.read() == (replace(ROW, stage=kept),)
    answered = replace(ROW, stage=Stage.DELIVERED, answer=Answer.SCHOOL)
    rows.write({A: answered})
    rows.close()
    again = Rows(tmp_path / "j.db", "boot-1")
    assert again.read() == (answered,)
    again.close()


AGAIN = (
    KnownPress(2, Monotonic(15.5), Wall(1.8e9 + 3)),
    KnownPress(3, Monotonic(18.5), None),
)


def test_a_journal_of_the_second_layout_keeps_its_alerts_and_takes_their_further_presses(
    tmp_path: Path,
) -> None:
    rows = Rows(tmp_path / "j.db", "boot-1")
    rows._db.executescript("ALTER TABLE alert DROP COLUMN further; PRAGMA user_version = 2")
    columns = (A, BOOT, 1, ROOM, "boot-1", 12.5, 1.8e9, 1, 1, 0)
    rows._db.execute("INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)
    rows.close()
    rows = Rows(tmp_path / "j.db", "boot-1")
    assert rows.read() == (ROW,)
    rows.write({A: replace(ROW, presses=3, further=AGAIN)})
    assert rows.read() == (replace(ROW, presses=3, further=AGAIN),)
    rows.close()


def test_after_a_reboot_a_further_press_has_the_wall_time_that_was_known(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "j.db", "boot-1")
    rows.write({A: replace(ROW, presses=3, further=AGAIN)})
    rows.close()
    rows = Rows(tmp_path / "j.db", "boot-2")
    assert rows.read()[0].further == (AGAIN[0]._replace(pressed=None),)
    rows.close()


@pytest.mark.parametrize(
    "spoilt",
    ["[", "7", "[[2]]", "[[2,null,null],[2,1.0,null]]", '[["2",1.0,null]]', "[[2,NaN,null]]",
     "[[9,1.0,null]]", "[[1,1.0,null]]", '[[2,"",null]]', "[[2,null,null]]", "\x00"],
)  # fmt: skip
def test_further_presses_that_were_spoilt_on_the_disk_cost_no_alert(
    tmp_path: Path, spoilt: str
) -> None:
    rows = Rows(tmp_path / "j.db", "boot-1")
    rows.write({A: replace(ROW, presses=3, further=AGAIN)})
    rows._db.execute("UPDATE alert SET further = ?", (spoilt,))
    assert rows.read() == (replace(ROW, presses=3),)
    rows.close()


@pytest.mark.parametrize("spoilt", ["aaaaaaaa-0000-4000-8000-00000000000z", b"\xff\xfe"])
def test_an_alert_whose_id_was_spoilt_on_the_disk_has_one_that_can_be_answered_and_closed(
    tmp_path: Path, spoilt: str | bytes
) -> None:
    rows = Rows(tmp_path / "j.db", "boot-1")
    rows.write({A: ROW})
    rows._db.execute("UPDATE alert SET alert = CAST(? AS TEXT)", (spoilt,))
    (mended,) = rows.read()
    assert UUID.fullmatch(mended.alert)
    assert rows.read() == (mended,)
    rows.write({mended.alert: None})
    assert rows.read() == ()
    rows.close()


def found(events: Events) -> tuple[StoredAlert, ...]:
    loaded = events.get(timeout=patience(5))
    assert isinstance(loaded, Loaded)
    return loaded.rows


def test_a_saved_alert_is_there_after_a_restart(start: Start) -> None:
    journal, events = start()
    assert found(events) == ()
    journal.save(ROW)
    assert events.get(timeout=patience(5)) == Journaled(A, 1)
    journal.stop()
    assert found(start()[1]) == (ROW,)


def test_after_a_reboot_of_the_machine_only_the_wall_time_is_left(start: Start) -> None:
    journal, _ = start()
    journal.save(ROW)
    journal.stop()
    assert found(start(machine="boot-2")[1]) == (replace(ROW, pressed=None),)


def test_alerts_come_back_in_the_order_of_their_first_press(start: Start) -> None:
    journal, events = start()
    for row in (ROW, replace(ROW, alert=B), replace(ROW, presses=2)):
        journal.save(row)
        while events.get(timeout=patience(5)) != Journaled(row.alert, row.presses):
            pass
    journal.stop()
    assert [(row.alert, row.presses) for row in found(start()[1])] == [(A, 2), (B, 1)]


def test_a_closed_alert_is_forgotten(start: Start) -> None:
    journal, _ = start()
    journal.save(ROW)
    journal.forget(A)
    journal.stop()
    assert found(start()[1]) == ()


def test_every_commit_is_synced(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "j.db", "boot-1")
    asked = [
        rows._db.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")
    ]
    rows.close()
    assert asked == [("wal",), (2,)]  # 2 is FULL


def test_a_dead_folder_is_told_and_takes_no_time(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    journal, _ = start(tmp_path / "file" / "j.db")
    before = time.monotonic()
    for presses in range(1000):
        journal.save(replace(ROW, presses=presses + 1))
    assert time.monotonic() - before < patience(0.1)
    until(lambda: not journal.well(monotonic()))


def test_what_waited_for_a_dead_disk_is_kept_when_it_is_back(start: Start, tmp_path: Path) -> None:
    (tmp_path / "place").touch()
    journal, events = start(tmp_path / "place" / "j.db")
    journal.save(ROW)
    until(lambda: not journal.well(monotonic()))
    journal.save(replace(ROW, presses=2))
    (tmp_path / "place").unlink()
    assert found(events) == ()
    assert events.get(timeout=patience(5)) == Journaled(A, 2)
    until(lambda: journal.well(monotonic()))


def test_a_file_locked_by_another_process_is_waited_for(start: Start, tmp_path: Path) -> None:
    journal, events = start()
    found(events)
    other = sqlite3.connect(tmp_path / "j.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    journal.save(ROW)
    until(lambda: not journal._waiting)  # it has begun to write, and will fail after a second
    journal.save(replace(ROW, presses=2))
    until(lambda: not journal.well(monotonic()))
    other.close()
    assert events.get(timeout=patience(5)) == Journaled(A, 2)


@pytest.mark.parametrize("damage", [b"not a journal at all" * 400, b"\0" * 8192])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    start: Start, tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / "j.db").write_bytes(damage)
    (tmp_path / "j.db.broken-1").touch()
    journal, events = start()
    replaced = events.get(timeout=patience(5))
    assert isinstance(replaced, JournalReplaced)
    assert (tmp_path / "j.db.broken-2").read_bytes() == damage
    assert replaced.name == "j.db.broken-2"
    journal.save(ROW)
    assert found(events) == ()
    assert events.get(timeout=patience(5)) == Journaled(A, 1)


def test_a_journal_whose_thread_is_gone_is_not_well(start: Start) -> None:
    journal, events = start()
    found(events)
    until(lambda: journal.well(monotonic()))
    journal.stop()
    assert not journal.well(monotonic())


def test_a_disk_that_does_not_answer_for_4_s_is_not_well(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db", "boot-1", print)
    journal.save(ROW)
    assert not journal.well(Monotonic(monotonic() + 5))
