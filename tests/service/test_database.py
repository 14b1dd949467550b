"""A database opens in its newest layout, step by step, or is left as it was."""

import sqlite3
from pathlib import Path

import pytest

from service.database import NewerLayoutError, Schema, open_database
from wire.ids import Seconds

ONE = Schema(1, "CREATE TABLE a (x);")
TWO = Schema(2, "CREATE TABLE a (x); CREATE TABLE b (y);", {2: "CREATE TABLE b (y);"})
BROKEN = Schema(2, "", {2: "CREATE TABLE b (y); CREATE TABLE a (x);"})
BUSY = Seconds(1.0)


def tables(db: sqlite3.Connection) -> list[str]:
    found = [name for (name,) in db.execute("SELECT name FROM sqlite_schema ORDER BY name")]
    db.close()
    return found


def test_an_older_layout_is_brought_up_to_date_and_a_new_file_begins_with_the_newest(
    tmp_path: Path,
) -> None:
    open_database(tmp_path / "old.db", ONE, BUSY).close()
    for name in ("old.db", "new.db"):
        assert tables(open_database(tmp_path / name, TWO, BUSY)) == ["a", "b"]


def test_a_step_that_fails_leaves_the_layout_before_it(tmp_path: Path) -> None:
    open_database(tmp_path / "a.db", ONE, BUSY).close()
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_database(tmp_path / "a.db", BROKEN, BUSY)
    assert tables(open_database(tmp_path / "a.db", ONE, BUSY)) == ["a"]


def test_a_newer_layout_is_refused_and_the_error_says_what_to_do(tmp_path: Path) -> None:
    open_database(tmp_path / "a.db", TWO, BUSY).close()
    with pytest.raises(NewerLayoutError, match=r"a\.db was written by a newer version .* install"):
        open_database(tmp_path / "a.db", ONE, BUSY)


def test_pragmas_are_set_before_the_layout(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", ONE, BUSY, ["journal_mode = WAL", "synchronous = FULL"])
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    db.close()
