"""Sequence numbers: none twice, whatever happens to process or disk."""

from pathlib import Path

from gateway.dc09.numbers import Numbers


def test_an_event_keeps_its_number_through_tries_and_a_restart(tmp_path: Path) -> None:
    numbers = Numbers(tmp_path / "line.numbers")
    first = numbers.take("a")
    numbers.keep()
    assert (first, numbers.take("a")) == (1, 1)
    assert Numbers(tmp_path / "line.numbers").take("a") == first


def test_a_number_that_left_unwritten_is_not_used_again_after_a_restart(tmp_path: Path) -> None:
    numbers = Numbers(tmp_path / "line.numbers")
    numbers.take("a")
    numbers.keep()
    unwritten = numbers.take("b")
    assert Numbers(tmp_path / "line.numbers").take("c") == unwritten + 1


def test_after_9999_comes_1(tmp_path: Path) -> None:
    (tmp_path / "line.numbers").write_text('{"last": 9998, "open": {}}')
    numbers = Numbers(tmp_path / "line.numbers")
    assert numbers.take("a") == 1


def test_a_broken_file_or_disk_stops_no_alarm(tmp_path: Path) -> None:
    (tmp_path / "line.numbers").write_text('{"last": []')
    assert Numbers(tmp_path / "line.numbers").take("a") == 1
    lost = Numbers(tmp_path / "no" / "line.numbers")
    lost.keep()
    assert lost.take("a") == 1
