"""Who holds the lock of a database is named, and nobody else."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gateway.store.lock_holder import words_of

_HOLD = """
import fcntl, sys
held = open(sys.argv[1], "rb")
fcntl.lockf(held, fcntl.LOCK_SH, int(sys.argv[3]), int(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""
LOCKED = "database is locked"


@contextmanager
def holding(path: Path, first: int, length: int) -> Iterator[int]:
    argv = [sys.executable, "-c", _HOLD, str(path), str(first), str(length)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout
        holder.stdout.readline()
        yield holder.pid
        holder.kill()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "tocsin.db"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (x)")
        yield path


@pytest.mark.parametrize(("first", "length"), [(0, 0), (120, 1)], ids=["all", "one byte"])
def test_a_reader_that_keeps_the_writer_out_is_named(store: Path, first: int, length: int) -> None:
    with holding(Path(f"{store}-shm"), first, length) as holder:
        with closing(sqlite3.connect(store, timeout=0)) as db, pytest.raises(sqlite3.Error) as seen:
            db.execute("INSERT INTO t VALUES (1)")
        told = words_of(str(seen.value), store)
        assert told == f"database is locked: process {holder} holds it"


def test_a_reader_that_keeps_nobody_out_is_not_named(store: Path) -> None:
    with holding(Path(f"{store}-shm"), 123, 5):
        assert words_of(LOCKED, store) == LOCKED


def test_without_a_store_or_a_lock_there_is_nobody_to_name(tmp_path: Path) -> None:
    assert words_of(LOCKED, tmp_path / "none.db") == LOCKED
    full = "database or disk is full"
    assert words_of(full, tmp_path / "none.db") == full
