"""The machine itself: clock, disk, modes of secrets, watchdog."""

from pathlib import Path

import pytest

from service.doctor.machine import check_clock, check_disk, check_watchdog
from wire.ids import Wall

NOW = Wall(1_790_000_000.0)


def test_a_clock_is_believed_only_if_somebody_set_it() -> None:
    assert check_clock(NOW, synchronised=True).verdict == "good"
    assert check_clock(NOW, synchronised=False).verdict == "problem"
    assert check_clock(Wall(0.0), synchronised=True).verdict == "problem"


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert check_disk(tmp_path).verdict == "good"
    assert check_disk(tmp_path / "none").verdict == "problem"


@pytest.mark.parametrize(
    ("state", "seconds", "verdict"),
    [("active", 14, "good"), ("inactive", 14, "problem"), ("active", 600, "problem")],
)
def test_a_watchdog_must_be_active_and_quick(
    tmp_path: Path, state: str, seconds: int, verdict: str
) -> None:
    (tmp_path / "state").write_text(f"{state}\n")
    (tmp_path / "timeout").write_text(f"{seconds}\n")
    assert check_watchdog(tmp_path).verdict == verdict


def test_a_machine_without_a_watchdog_is_no_problem(tmp_path: Path) -> None:
    assert check_watchdog(tmp_path).verdict == "skipped"
