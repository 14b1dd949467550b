"""A database of any age opens and keeps everything; a step that fails leaves the old layout."""

import sqlite3
from importlib import resources
from pathlib import Path

import pytest

from gateway.store.saved_state import held
from gateway.store.schema import LAYOUT, open_database
from wire.ids import Monotonic, Wall
from wire.presses import DatedPress
from wire.stage import Answer

# Layout 1 as it was when it was the newest.
FIRST = """
CREATE TABLE incident (id TEXT PRIMARY KEY, opened_at REAL NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert (id TEXT PRIMARY KEY, incident TEXT NOT NULL, kind TEXT NOT NULL,
  unit TEXT NOT NULL, room TEXT NOT NULL, name TEXT NOT NULL, floor TEXT NOT NULL,
  building TEXT NOT NULL, pressed_at REAL NOT NULL, received_at REAL NOT NULL,
  presses INTEGER NOT NULL, doubts TEXT NOT NULL, stage INTEGER NOT NULL DEFAULT 3)
  STRICT, WITHOUT ROWID;
CREATE INDEX alert_of_incident ON alert (incident);
CREATE TABLE receipt (endpoint TEXT NOT NULL, alert TEXT NOT NULL, presses INTEGER NOT NULL,
  number TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (endpoint, alert)) STRICT, WITHOUT ROWID;
CREATE TABLE event (incident TEXT NOT NULL, at REAL NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL)
  STRICT;
CREATE INDEX event_of_incident ON event (incident);
CREATE TABLE trouble (name TEXT NOT NULL, started REAL NOT NULL, detail TEXT NOT NULL, ended REAL,
  PRIMARY KEY (name, started)) STRICT, WITHOUT ROWID;
CREATE TABLE action (id INTEGER PRIMARY KEY, incident TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('confirm', 'close')),
  by TEXT NOT NULL CHECK (length(by) BETWEEN 1 AND 80), at REAL NOT NULL,
  done INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO incident VALUES ('i-1', 1.0, 7, 'active');
INSERT INTO event VALUES ('i-1', 2.0, 'confirmed', 'Day');
INSERT INTO action VALUES (5, 'i-1', 'close', 'Day', 3.0, 0);
PRAGMA user_version = 1;
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.db"
    with sqlite3.connect(path) as db:
        db.executescript(FIRST)
    db.close()
    return path


def test_the_first_layout_opens_as_the_newest_and_keeps_every_row(old: Path) -> None:
    db = open_database(old)
    assert db.execute("PRAGMA user_version").fetchone() == (LAYOUT,)
    assert db.execute("SELECT * FROM incident").fetchall() == [
        ("i-1", 1.0, 7, "active", 0, "", "", "live", "")
    ]
    assert db.execute("SELECT * FROM event").fetchall() == [
        ("i-1", 2.0, "acknowledge", "Day", "", 0, "", 0)
    ]
    assert db.execute("SELECT id, what, by, done FROM action").fetchall() == [
        (5, "close", "Day", 0)
    ]
    db.close()


def test_what_a_person_had_taken_is_delivered_by_receipts_alone(old: Path) -> None:
    with sqlite3.connect(old) as db:
        for name in "abc":
            row = (name, f"i-{name}", "panic", "u", "204", "", "", "", 1.0, 1.0, 2, "[]", 5)
            db.execute("INSERT INTO alert VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", row)
        db.execute("INSERT INTO receipt VALUES ('county-911', 'b', 2, 'r', 2.0)")
        db.execute("INSERT INTO receipt VALUES ('county-911', 'c', 1, 'r', 2.0)")
    db = open_database(old)
    found = db.execute("SELECT id, stage, answer FROM alert ORDER BY id").fetchall()
    assert found == [("a", 3, Answer.SCHOOL), ("b", 4, Answer.SCHOOL), ("c", 3, Answer.SCHOOL)]
    db.close()


def test_presses_of_an_older_layout_stay_counted_and_nobody_dates_them(old: Path) -> None:
    with sqlite3.connect(old) as db:
        row = ("a", "i-1", "panic", "u", "204", "", "", "", 1.0, 1.1, 3, "[]", 3)
        db.execute("INSERT INTO alert VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", row)
    db = open_database(old)
    (incident,) = held(db, [], Monotonic(0.0)).incidents
    (kept,) = incident.alerts.values()
    assert (kept.presses, kept.dated) == (3, (DatedPress(1, Wall(1.0), Wall(1.1)),))
    db.close()


def test_a_migrated_database_is_the_same_as_a_new_one(old: Path, tmp_path: Path) -> None:
    def columns(path: Path) -> list[tuple[str, ...]]:
        db = open_database(path)
        found = db.execute(
            'SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk'
            " FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'"
            " ORDER BY t.name, c.cid"
        ).fetchall()
        db.close()
        return found

    assert columns(old) == columns(tmp_path / "new.db")


def test_there_is_one_migration_for_each_layout_after_the_first() -> None:
    steps = resources.files("gateway.store").joinpath("migrations").iterdir()
    names = sorted((step.name for step in steps), key=lambda name: (len(name), name))
    assert names == [f"{number}.sql" for number in range(2, LAYOUT + 1)]


def test_a_step_that_fails_leaves_the_old_layout_whole(old: Path) -> None:
    with sqlite3.connect(old) as db:
        db.execute("CREATE TABLE action_before (id)")
    with pytest.raises(sqlite3.Error):
        open_database(old)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM pragma_table_info('incident')").fetchone() == (4,)
    db.close()
