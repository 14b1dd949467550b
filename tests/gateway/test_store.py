"""The gateway's disk, real: what it acknowledged is there after any start."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.core.effects import (
    SaveAnswer,
    SaveClosed,
    SaveReceipt,
    SaveTrouble,
)
from gateway.core.events import (
    Committed,
    StoredState,
    StoreFailed,
    StoreRecovered,
)
from gateway.core.incidents.placement import Closed
from gateway.store.schema import open_database
from gateway.trust.keyring import CertificateFolder
from tests.gateway.core import Core, at
from tests.gateway.stored import OPEN, POLICE, UNIT, Disk, alert
from tests.waiting import patience
from wire.gateway_troubles import BROKER
from wire.ids import AlertId, UnitId, Wall
from wire.stage import Answer, Stage


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
    disk.store.keep([SaveReceipt(POLICE, "r-1", ((AlertId("a"), 1),), Wall(2.0))])
    taken = StoredState(AlertId("a"), UNIT, Stage.DELIVERED, Answer.NONE, 1)
    assert disk.keep(alert("a")).alerts == (taken,)


def test_an_answer_and_a_receipt_are_kept_apart_until_somebody_presses_again(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    disk.store.keep([SaveAnswer((AlertId("a"),), Answer.SCHOOL)])
    unheard = StoredState(AlertId("a"), UNIT, Stage.RECEIVED, Answer.SCHOOL, 1)
    assert disk.keep(alert("a")).alerts == (unheard,)
    (held,) = Disk(tmp_path).held.incidents
    assert held.alerts[AlertId("a")].answer is Answer.SCHOOL
    assert held.nowhere() == {"a"}
    again = StoredState(AlertId("a"), UNIT, Stage.RECEIVED, Answer.NONE, 2)
    assert disk.keep(alert("a", presses=2)).alerts == (again,)


def test_a_receipt_settles_the_endpoint_only_for_the_presses_it_covers(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), SaveReceipt(POLICE, "r-1", ((AlertId("a"), 1),), Wall(2.0)))
    assert Disk(tmp_path).held.receipts == {POLICE: {"a"}}
    disk.keep(alert("a", presses=2))
    assert Disk(tmp_path).held.receipts == {POLICE: set()}


def test_a_doubt_that_comes_after_its_alert_is_there_after_a_start(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    disk.keep(alert("a")._replace(doubts=("unsigned",)))
    disk.keep(alert("a"))
    (held,) = Disk(tmp_path).held.incidents
    assert held.alerts[AlertId("a")].doubts == ("unsigned",)


def test_what_was_closed_stays_known_by_its_presses(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    closed = OPEN._replace(status="closed")
    disk.keep(OPEN, alert("a", presses=3), SaveClosed((AlertId("a"),)), closed)
    held = Disk(tmp_path).held
    known = Closed(UnitId("lincoln-204"), 3)
    assert (held.incidents, held.closed) == ([], {"a": known})


def test_what_was_closed_before_every_endpoint_heard_of_it_is_taken_up_again(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    closing = OPEN._replace(status="closing")
    disk.keep(OPEN, alert("a"), SaveClosed((AlertId("a"),)), closing, OPEN)
    (incident,) = Disk(tmp_path).held.incidents
    assert incident.closed
    disk.keep(alert("b"), closing._replace(status="closed"), closing)
    assert Disk(tmp_path).held.incidents == []


@pytest.mark.parametrize(
    "damage",
    ["doubts = '{]'", "doubts = '7'", "stage = 99", "answer = 9", "name = CAST(X'ff41' AS TEXT)"],
)
def test_a_damaged_value_of_an_open_alert_keeps_no_gateway_from_starting(
    tmp_path: Path, damage: str
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), alert("b"))
    disk.store.stop(within=2.0)
    with closing(sqlite3.connect(disk.path)) as db:
        db.execute(f"UPDATE alert SET {damage} WHERE id = 'a'")
        db.commit()
    (incident,) = Disk(tmp_path).held.incidents
    assert list(incident.alerts) == ["a", "b"]


def test_a_broken_database_is_set_aside_and_a_new_one_takes_alerts(tmp_path: Path) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"\x00\xff" * 5000)
    assert isinstance(Disk(tmp_path).keep(OPEN, alert("a")), Committed)
    assert (tmp_path / "tocsin.broken-0").exists()


def test_a_trouble_that_stood_at_the_end_of_a_gateway_ends_with_its_next_start(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), SaveTrouble(BROKER.name(), "no connection", Wall(1.0), None))
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
    assert "tocsin.broken-0" in str(disk.store.damaged().detail)
    (tmp_path / "tocsin.broken-0").unlink()
    assert disk.store.damaged().detail is None


def test_a_locked_database_fails_and_commits_everything_when_it_is_free(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    other = sqlite3.connect(disk.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert isinstance(disk.keep(OPEN, alert("a")), StoreFailed)
    other.execute("ROLLBACK")
    notes = [disk.notes.get(timeout=patience(5))]
    while not isinstance(notes[-1], Committed):
        notes.append(disk.notes.get(timeout=patience(5)))
    assert isinstance(notes[-2], StoreRecovered)
    assert [name for name, *_ in notes[-1].alerts] == ["a"]


def test_a_trouble_of_a_file_with_an_odd_name_stops_no_alert(tmp_path: Path) -> None:
    (tmp_path / "units").mkdir()
    Path(os.fsdecode(bytes(tmp_path / "units") + b"/lincoln-\xe9.crt")).touch()
    core, disk = Core(), Disk(tmp_path)
    CertificateFolder(tmp_path / "units", disk.notes.put).refresh()
    name, detail = disk.notes.get(timeout=patience(5))
    core.dispatcher.compare({name: detail}, at(0))
    disk.store.keep(
        [each for each in core.troubles.news(at(0).wall) if isinstance(each, SaveTrouble)]
    )
    assert isinstance(disk.keep(OPEN, alert("a")), Committed)


def test_many_alerts_at_once_share_a_commit(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    for number in range(500):
        disk.store.keep([alert(str(number))])
    answers, count = 0, 0
    while count < 500:
        count += len(disk.notes.get(timeout=patience(5)).alerts)
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
