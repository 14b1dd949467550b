"""Sequence numbers: none twice, whatever happens to process or disk; nothing told twice."""

from pathlib import Path
from queue import SimpleQueue

from gateway.dc09.ledger import GAP, Ledger
from gateway.work import Way

FIRST, BACKUP = Way("arc"), Way("arc/backup")


def ledger(path: Path) -> Ledger:
    return Ledger(path / "dc09.db", SimpleQueue().put)


def test_an_event_keeps_its_number_through_tries_and_a_restart(tmp_path: Path) -> None:
    numbers = ledger(tmp_path)
    first = numbers.number(FIRST, "a")
    assert (first, numbers.number(FIRST, "a"), numbers.number(FIRST, "b")) == (1, 1, 2)
    numbers.flush()
    assert ledger(tmp_path).number(FIRST, "a") == first


def test_a_number_that_left_unwritten_is_not_used_again_after_a_restart(tmp_path: Path) -> None:
    numbers = ledger(tmp_path)
    numbers.number(FIRST, "a")
    numbers.flush()
    unwritten = numbers.number(FIRST, "b")
    assert unwritten < ledger(tmp_path).number(FIRST, "c") <= 1 + GAP + 1


def test_each_receiver_counts_for_itself(tmp_path: Path) -> None:
    numbers = ledger(tmp_path)
    assert (numbers.number(FIRST, "a"), numbers.number(BACKUP, "a")) == (1, 1)


def test_what_one_receiver_took_is_taken_for_the_other_and_after_a_restart(tmp_path: Path) -> None:
    numbers = ledger(tmp_path)
    numbers.number(FIRST, "a")
    numbers.take("a")
    numbers.flush()
    assert numbers.has_taken("a")
    assert ledger(tmp_path).has_taken("a")


def test_after_9999_comes_1(tmp_path: Path) -> None:
    numbers = ledger(tmp_path)
    assert [numbers.passing(FIRST) for _ in range(10_000)][-2:] == [9999, 1]


def test_a_broken_file_or_disk_stops_no_alarm(tmp_path: Path) -> None:
    (tmp_path / "dc09.db").write_text("no database" * 100)
    assert ledger(tmp_path).number(FIRST, "a") == 1
    assert ledger(tmp_path / "no").number(FIRST, "a") == 1
