"""Each press is a row of its own on the disk, and the earliest that was ever told stays there."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.effects import SaveAlert, SaveIncident
from gateway.store import sql
from gateway.store.backlog import compact
from gateway.store.reader import StoreReader
from gateway.store.saved_state import held
from gateway.store.schema import open_database
from tests.gateway.stored import INCIDENT, OPEN, alert
from tests.in_memory import open_in_memory
from wire.ids import IncidentId, Monotonic, Wall
from wire.presses import DatedPress

TWO = DatedPress(2, Wall(4.0), Wall(4.1))
THREE = DatedPress(3, None, Wall(7.1))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    found = open_database(tmp_path / "tocsin.db")
    yield found
    found.close()


def pressed(presses: int, *further: DatedPress) -> SaveAlert:
    return alert("a", presses)._replace(further=further)


def found(db: sqlite3.Connection) -> list[DatedPress]:
    rows = db.execute("SELECT press, pressed_at, received_at FROM press ORDER BY press")
    return [DatedPress(*row) for row in rows]


def test_the_disk_and_what_waits_for_it_keep_the_earliest_of_each_press() -> None:
    work = [
        pressed(2, TWO),
        pressed(3, TWO, THREE),
        pressed(
            3,
            TWO._replace(pressed_at=Wall(3.0), received_at=Wall(8.0)),
            THREE._replace(pressed_at=Wall(7.0)),
        ),
        pressed(3, TWO._replace(received_at=Wall(9.0)), THREE),
    ]
    for rows in (work, work[::-1], compact(work), compact(work[::-1])):
        db = open_in_memory()
        sql.write(db, rows)
        two, three = found(db)
        assert (two, three) == ((2, 3.0, 4.1), (3, 7.0, 7.1))
        db.close()


def test_one_press_alone_writes_no_row_beside_its_alert(db: sqlite3.Connection) -> None:
    sql.write(db, [OPEN, pressed(1)])
    assert found(db) == []


def test_a_question_about_a_closed_alert_dates_nothing(db: sqlite3.Connection) -> None:
    question = pressed(2, TWO)._replace(incident=IncidentId(""))
    sql.write(db, [OPEN, pressed(2), question, *compact([pressed(2), question])])
    assert found(db) == []


def test_a_start_takes_up_each_press(db: sqlite3.Connection) -> None:
    sql.write(db, [OPEN, pressed(3, TWO, THREE)])
    (incident,) = held(db, [], Monotonic(0.0)).incidents
    (kept,) = incident.alerts.values()
    assert kept.dated == (DatedPress(1, Wall(1.0), Wall(1.1)), TWO, THREE)


def test_an_incident_that_was_closed_before_the_last_press_is_told_without_it(
    db: sqlite3.Connection,
) -> None:
    sql.write(db, [OPEN, pressed(2, TWO)])
    sql.write(db, [SaveIncident(INCIDENT, Wall(1.0), 2, "closing")])
    sql.write(db, [pressed(3, TWO, THREE)._replace(incident=IncidentId("i-2"))])
    (incident,) = held(db, [], Monotonic(0.0)).incidents
    (kept,) = incident.alerts.values()
    assert (kept.presses, [each.press for each in kept.dated]) == (2, [1, 2])


def test_pages_read_each_press(db: sqlite3.Connection, tmp_path: Path) -> None:
    sql.write(db, [OPEN, pressed(3, TWO, THREE)])
    reader = StoreReader(tmp_path / "tocsin.db")
    assert [each[1:] for each in reader.presses(INCIDENT)] == [TWO, THREE]
    reader.close()
