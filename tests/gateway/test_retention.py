"""What the gateway's database keeps for how long: bounded for years, and nothing that is open."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.values import Now
from gateway.store.retention import Retention
from gateway.store.schema import open_database
from gateway.store.writer import Store
from tests.waiting import until
from wire.ids import Monotonic, Wall

DAYS, DAY = 1095, 86400.0
TABLES = ("incident", "alert", "press", "receipt", "event", "mark", "move", "trouble", "action")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    found = open_database(tmp_path / "tocsin.db")
    yield found
    found.close()


def happened(db: sqlite3.Connection, name: str, day: float, status: str = "closed") -> None:
    """An incident with one of each row, on that day."""
    at = day * DAY
    place = ("204", "Room 204", "2", "Main")
    sql = "INSERT INTO incident (id, opened_at, version, status) VALUES (?,?,1,?)"
    db.execute(sql, (name, at, status))
    db.execute(
        "INSERT INTO alert (id, incident, kind, unit, room, name, floor, building, pressed_at,"
        " received_at, presses, doubts, stage) VALUES"
        " (?,?,'panic','lincoln-204',?,?,?,?,?,?,1,'[]',6)",
        (f"alert of {name}", name, *place, at, at),
    )
    db.execute("INSERT INTO press VALUES (?,2,?,?)", (f"alert of {name}", at, at))
    db.execute(
        "INSERT INTO move VALUES (?,1,?,?,'',?,?)", (f"alert of {name}", name, name, at, name)
    )
    db.execute("INSERT INTO receipt VALUES ('police',?,1,'r',?)", (f"alert of {name}", at))
    db.execute("INSERT INTO mark VALUES (?,'m',?,'{}')", (name, at))
    db.execute(
        "INSERT INTO event (incident, at, what, by) VALUES (?,?,'take','Day')",
        (name, at),
    )
    db.execute("INSERT INTO trouble VALUES (?,?,'',?)", (f"trouble at {name}", at, at))
    db.execute(
        "INSERT INTO action (incident, what, by, at, done) VALUES (?,'take','Day',?,1)", (name, at)
    )


def sweep(db: sqlite3.Connection, day: float, times: int = 1, clock: bool = True) -> dict[str, int]:
    """Sweep on that day; return how many rows each table has left."""
    retention = Retention(DAYS, lambda _: clock)
    for _ in range(times):
        retention.sweep(db, Now(Monotonic(day), Wall(day * DAY)))
    return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def test_what_is_over_is_deleted_after_three_years_with_all_that_belongs_to_it(
    db: sqlite3.Connection,
) -> None:
    happened(db, "old", day=0)
    happened(db, "new", day=1)
    assert sweep(db, DAYS + 0.5) == dict.fromkeys(TABLES, 1)
    assert db.execute("SELECT id FROM incident").fetchall() == [("new",)]


@pytest.mark.parametrize("status", ["active", "closing"])
def test_nothing_of_an_incident_that_is_not_closed_is_ever_deleted(
    db: sqlite3.Connection, status: str
) -> None:
    happened(db, "open", day=0, status=status)
    assert sweep(db, 10 * DAYS) == dict.fromkeys(TABLES, 1) | {"trouble": 0}


def test_an_incident_that_was_closed_of_late_is_not_old(db: sqlite3.Connection) -> None:
    happened(db, "long", day=0)
    db.execute(
        "INSERT INTO event (incident, at, what, by) VALUES ('long',?,'close','Day')",
        (DAYS * DAY,),
    )
    assert sweep(db, DAYS + 0.5)["incident"] == 1


def test_a_running_store_deletes_what_is_old_by_itself(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    happened(db, "old", day=0)
    happened(db, "open", day=0, status="active")
    store = Store(tmp_path / "tocsin.db", lambda _: None, Retention(DAYS, lambda _: True))
    store.start()
    try:
        until(lambda: db.execute("SELECT id FROM incident").fetchall() == [("open",)])
    finally:
        store.stop(within=2.0)


def test_many_are_deleted_a_few_at_a_time(db: sqlite3.Connection) -> None:
    for number in range(120):
        happened(db, str(number), day=0)
    assert [sweep(db, 2 * DAYS, times)["incident"] for times in (1, 2)] == [70, 0]


def test_nothing_is_deleted_by_a_clock_that_nobody_set(db: sqlite3.Connection) -> None:
    happened(db, "old", day=0)
    assert sweep(db, 2 * DAYS, clock=False) == dict.fromkeys(TABLES, 1)


def test_the_last_answer_of_a_sender_stays_for_those_after_it_are_asked_for(
    db: sqlite3.Connection,
) -> None:
    for number in (1, 2):
        db.execute(
            "INSERT INTO action (incident, what, by, at, done, source, answer)"
            " VALUES ('i','take','Day',0,1,'police',?)",
            (number,),
        )
    assert sweep(db, 2 * DAYS)["action"] == 1
    assert db.execute("SELECT answer FROM action").fetchall() == [(2,)]
