"""Sequence numbers: none twice, whatever happens to process or disk; nothing told twice."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from gateway.core.values import ChannelId
from gateway.receivers.dc09.sequence_store import GAP, SequenceStore
from tests.waiting import patience, until

FIRST, BACKUP = ChannelId("arc"), ChannelId("arc/backup")


def store(path: Path) -> SequenceStore:
    return SequenceStore(path / "dc09.db", SimpleQueue().put)


def test_an_event_keeps_its_number_through_tries_and_a_restart(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    first = numbers.number(FIRST, "a")
    assert (first, numbers.number(FIRST, "a"), numbers.number(FIRST, "b")) == (1, 1, 2)
    numbers.flush()
    assert store(tmp_path).number(FIRST, "a") == first


def test_a_number_that_left_unwritten_is_not_used_again_after_a_restart(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    numbers.number(FIRST, "a")
    numbers.flush()
    unwritten = numbers.number(FIRST, "b")
    assert unwritten < store(tmp_path).number(FIRST, "c") <= 1 + GAP + 1


def test_each_receiver_counts_for_itself(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    assert (numbers.number(FIRST, "a"), numbers.number(BACKUP, "a")) == (1, 1)


def test_what_one_receiver_took_is_taken_for_the_other_and_after_a_restart(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    numbers.number(FIRST, "a")
    numbers.mark_taken("a")
    numbers.flush()
    assert numbers.has_taken("a")
    assert store(tmp_path).has_taken("a")


def test_after_9999_comes_1(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    assert [numbers.next_number(FIRST) for _ in range(10_000)][-2:] == [9999, 1]


def test_a_broken_file_or_disk_stops_no_alarm(tmp_path: Path) -> None:
    (tmp_path / "dc09.db").write_text("no database" * 100)
    assert store(tmp_path).number(FIRST, "a") == 1
    assert store(tmp_path / "no").number(FIRST, "a") == 1


def test_what_a_disk_refused_is_written_once_it_takes_it(tmp_path: Path) -> None:
    numbers = store(tmp_path / "no")
    number = numbers.number(FIRST, "a")
    numbers.number(FIRST, "b")
    numbers.mark_taken("b")
    with pytest.raises(sqlite3.Error):
        numbers.flush()
    (tmp_path / "no").mkdir()
    numbers.flush()
    after = store(tmp_path / "no")
    assert (after.number(FIRST, "a"), after.has_taken("b")) == (number, True)


def test_it_is_tried_again_without_a_new_event(tmp_path: Path) -> None:
    numbers = store(tmp_path / "no")
    numbers.start()
    numbers.mark_taken("a")
    with pytest.raises(sqlite3.Error):
        numbers.flush()
    (tmp_path / "no").mkdir()
    until(lambda: store(tmp_path / "no").has_taken("a"), within=10, every=0.1)


def test_a_disk_that_refuses_for_long_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = store(tmp_path / "no")
    numbers.start()
    for number in range(200):
        numbers.mark_taken(str(number))
    (tmp_path / "no").mkdir()
    until(lambda: store(tmp_path / "no").has_taken("199"), within=10, every=0.1)
    assert sum("could not be kept" in line for line in caplog.messages) <= 1


def test_a_stop_writes_what_is_left(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    number = numbers.number(FIRST, "a")
    numbers.mark_taken("b")
    numbers.stop(patience(5))
    after = store(tmp_path)
    assert (after.number(FIRST, "a"), after.has_taken("b")) == (number, True)


def test_a_stop_gives_up_on_a_disk_that_does_not_answer(tmp_path: Path) -> None:
    numbers = store(tmp_path)
    numbers.mark_taken("a")
    with closing(sqlite3.connect(tmp_path / "dc09.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        numbers.stop(0.2)
        assert time.monotonic() - began < patience(2)
