"""The gateway's disk, real: what it acknowledged is there after any start."""

import sqlite3
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gateway.layout import open_database
from gateway.store import Store
from gateway.work import (
    ActionTaken,
    Keep,
    KeepAlert,
    KeepIncident,
    KeepReceipt,
    KeepStage,
    KeepTrouble,
    Kept,
    Room,
    StoreFailed,
    StoreWell,
)
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, UnitId, Wall
from wire.stage import Stage

POLICE = EndpointName("county-911")
INCIDENT = IncidentId("i-1")
OPEN = KeepIncident(INCIDENT, Wall(1.0), 1, "active")


def alert(name: str, presses: int = 1) -> KeepAlert:
    room = Room("204", "Room 204", "2", "Main")
    return KeepAlert(
        AlertId(name),
        INCIDENT,
        "panic",
        UnitId("lincoln-204"),
        room,
        Wall(1.0),
        Wall(1.1),
        presses,
        (),
    )


class Disk:
    """A running store and what it has put."""

    def __init__(self, folder: Path) -> None:
        self.notes: SimpleQueue[Any] = SimpleQueue()
        self.path = folder / "tocsin.db"
        self.store = Store(self.path, self.notes.put)
        self.held = self.store.load([POLICE], Monotonic(0.0))
        self.store.start()

    def keep(self, *work: Keep) -> Any:
        self.store.keep(list(work))
        return self.notes.get(timeout=5)


def test_an_acknowledged_alert_is_there_after_a_start_and_owed_to_the_endpoint(
    tmp_path: Path,
) -> None:
    Disk(tmp_path).keep(OPEN, alert("a"))
    held = Disk(tmp_path).held
    assert list(held.incidents[0].alerts) == ["a"]
    assert held.receipts == {POLICE: set()}


def test_every_repeat_is_answered_from_the_disk(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    disk.store.keep([KeepReceipt(POLICE, "r-1", ((AlertId("a"), 1),), Wall(2.0))])
    assert disk.keep(alert("a")) == Kept(((AlertId("a"), UnitId("lincoln-204"), Stage.SENT, 1),))


def test_a_receipt_settles_the_endpoint_only_for_the_presses_it_covers(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), KeepReceipt(POLICE, "r-1", ((AlertId("a"), 1),), Wall(2.0)))
    assert Disk(tmp_path).held.receipts == {POLICE: {"a"}}
    disk.keep(alert("a", presses=2))
    assert Disk(tmp_path).held.receipts == {POLICE: set()}


def test_what_was_closed_stays_known_by_its_presses(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    closed = OPEN._replace(status="closed")
    disk.keep(OPEN, alert("a", presses=3), KeepStage((AlertId("a"),), Stage.CLOSED), closed)
    held = Disk(tmp_path).held
    assert (held.incidents, held.closed) == ([], {"a": 3})


def test_what_was_closed_before_every_endpoint_heard_of_it_is_taken_up_again(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    closing = OPEN._replace(status="closing")
    disk.keep(OPEN, alert("a"), KeepStage((AlertId("a"),), Stage.CLOSED), closing, OPEN)
    (incident,) = Disk(tmp_path).held.incidents
    assert incident.closed
    disk.keep(alert("b"), closing._replace(status="closed"), closing)
    assert Disk(tmp_path).held.incidents == []


def test_what_a_person_asked_for_is_heard_once(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with sqlite3.connect(disk.path) as db:
        db.execute("INSERT INTO action (incident, what, by, at) VALUES ('i-1','close','Day',1)")
    assert disk.notes.get(timeout=5) == ActionTaken(INCIDENT, "close", "Day")
    disk.keep(OPEN, alert("a"))
    assert disk.notes.empty()


def test_a_broken_database_is_set_aside_and_a_new_one_takes_alerts(tmp_path: Path) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"\x00\xff" * 5000)
    assert isinstance(Disk(tmp_path).keep(OPEN, alert("a")), Kept)
    assert (tmp_path / "tocsin.broken-0").exists()


def test_a_trouble_that_stood_at_the_end_of_a_gateway_ends_with_its_next_start(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), KeepTrouble("broker", "no connection", Wall(1.0), None))
    disk.store.stop(within=2.0)
    Disk(tmp_path).keep(alert("b"))
    with closing(sqlite3.connect(disk.path)) as db:
        ((ended,),) = db.execute("SELECT ended FROM trouble").fetchall()
    assert ended > 1.0


def test_a_database_that_was_set_aside_is_a_trouble_until_somebody_takes_it_away(
    tmp_path: Path,
) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"\x00\xff" * 5000)
    disk = Disk(tmp_path)
    assert "tocsin.broken-0" in str(disk.store.look().detail)
    (tmp_path / "tocsin.broken-0").unlink()
    assert disk.store.look().detail is None


def test_a_locked_database_fails_and_commits_everything_when_it_is_free(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    other = sqlite3.connect(disk.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert isinstance(disk.keep(OPEN, alert("a")), StoreFailed)
    other.execute("ROLLBACK")
    notes = [disk.notes.get(timeout=5)]
    while not isinstance(notes[-1], Kept):
        notes.append(disk.notes.get(timeout=5))
    assert isinstance(notes[-2], StoreWell)
    assert [name for name, *_ in notes[-1].alerts] == ["a"]


def test_many_alerts_at_once_share_a_commit(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    for number in range(500):
        disk.store.keep([alert(str(number))])
    answers, count = 0, 0
    while count < 500:
        count += len(disk.notes.get(timeout=5).alerts)
        answers += 1
    assert answers < 250


def test_every_commit_is_synced_to_the_disk(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tocsin.db")
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


def test_a_database_of_a_newer_version_is_refused_and_not_set_aside(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tocsin.db") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(sqlite3.OperationalError, match="newer version"):
        open_database(tmp_path / "tocsin.db")
