"""The machine itself: clock, disk, modes of secrets, watchdog."""

from pathlib import Path

import pytest

from service.doctor.machine import look_at_clock, look_at_disk, look_at_modes, look_at_watchdog
from wire.ids import Wall

NOW = Wall(1_790_000_000.0)


def test_a_clock_is_believed_only_if_somebody_set_it() -> None:
    assert look_at_clock(NOW, synchronised=True).verdict == "good"
    assert look_at_clock(NOW, synchronised=False).verdict == "problem"
    assert look_at_clock(Wall(0.0), synchronised=True).verdict == "problem"


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert look_at_disk(tmp_path).verdict == "good"
    assert look_at_disk(tmp_path / "none").verdict == "problem"


@pytest.mark.parametrize(
    ("mode", "verdict"), [(0o600, "good"), (0o400, "good"), (0o640, "problem")]
)
def test_a_secret_that_others_may_read_is_a_problem(
    tmp_path: Path, mode: int, verdict: str
) -> None:
    (tmp_path / "unit.key").touch(mode)
    (tmp_path / "unit.key").chmod(mode)
    assert [each.verdict for each in look_at_modes([tmp_path / "unit.key"])] == [verdict]


@pytest.mark.parametrize(
    ("state", "seconds", "verdict"),
    [("active", 14, "good"), ("inactive", 14, "problem"), ("active", 600, "problem")],
)
def test_a_watchdog_must_be_active_and_quick(
    tmp_path: Path, state: str, seconds: int, verdict: str
) -> None:
    (tmp_path / "state").write_text(f"{state}\n")
    (tmp_path / "timeout").write_text(f"{seconds}\n")
    assert look_at_watchdog(tmp_path).verdict == verdict


def test_a_machine_without_a_watchdog_is_no_problem(tmp_path: Path) -> None:
    assert look_at_watchdog(tmp_path).verdict == "skipped"
