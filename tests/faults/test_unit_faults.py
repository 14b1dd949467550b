"""F1 to F8: what may break at the wall."""

import json
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from service.files import write_whole
from tests.faults import failpoints
from tests.faults.disk import fill, shut, small_disk
from tests.faults.faketime import false_time
from tests.faults.matrix import keep
from tests.faults.network import needs_root
from tests.faults.school import School
from tests.faults.trust import Trust
from tests.waiting import until

POLICE = "at the police"


@pytest.mark.parametrize("place", failpoints.UNIT)
def test_f01_a_unit_killed_at_each_step_tells_the_press_after_its_start(
    school: School, place: str
) -> None:
    school.start_police()
    school.start_broker()
    school.start_gateway()
    school.start_units(failpoint=place)
    school.linked()
    school.order("push")
    assert school.ended("units") == -signal.SIGKILL
    held = [] if _journaled(school) else ["held"]  # a person in need keeps on pressing
    back = time.monotonic()
    school.start_units(*held)
    school.until("DELIVERED", 10)
    keep("F1", POLICE, school.check(8, back, repeats=1), 8)


def test_f02_a_button_held_at_the_start_is_one_alert(school: School) -> None:
    school.start_police()
    school.start_broker()
    school.start_gateway()
    school.start_units("held")
    ready = time.monotonic()
    school.until("DELIVERED", 5)
    keep("F2", POLICE, school.check(2, ready), 2)


def test_f03_forty_edges_are_one_press_and_a_bump_is_none(school: School) -> None:
    school.start()
    bump = [(0.0, True), (0.010, False)]
    bounce = [(0.4 + n * 0.0001, n % 2 == 0) for n in range(41)]
    school.order("pressing", more=json.dumps([*bump, *bounce, (0.5, False)]))
    school.until("DELIVERED", 5)
    keep("F3", POLICE, school.check(3), 3)


def test_f03_after_a_lost_edge_of_release_the_second_press_still_counts(school: School) -> None:
    school.start()
    school.order("push")
    school.until("DELIVERED", 5)
    for word in ("deaf", "release", "hear"):
        school.order(word)
    school.press_again()
    keep("F3", POLICE, school.check(3), 3)


def test_f04_a_unit_that_is_told_of_no_edge_looks_at_its_button(school: School) -> None:
    school.start()
    school.order("deaf")
    school.press()
    school.until("DELIVERED", 5)
    keep("F4", POLICE, school.check(3), 3)


def test_f06_a_journal_that_cannot_be_made_stops_no_press(school: School) -> None:
    (school.folder / "journal-204").touch()
    _press_without_a_journal(school)


@needs_root
@pytest.mark.parametrize("state", ["full", "read-only"])
def test_f06_a_disk_that_takes_nothing_stops_no_press(school: School, state: str) -> None:
    with small_disk(school.folder / "journal-204", "256k") as disk:
        fill(disk) if state == "full" else shut(disk)
        _press_without_a_journal(school)
        school.close()


def _press_without_a_journal(school: School) -> None:
    school.start()
    began = time.monotonic()
    school.press()
    school.until("DELIVERED", 5)
    keep("F6", POLICE, school.check(3), 3)
    until(lambda: "journal" in school.troubles().get("units-in-trouble", ""), within=30)
    keep("F6", "told as a trouble", time.monotonic() - began, 30)


@pytest.mark.parametrize("year", ["1970-01-01", "2015-06-01"])
def test_f07_a_unit_that_starts_in_the_past_is_let_in_over_tls(tmp_path: Path, year: str) -> None:
    school = School(tmp_path, trust=Trust())
    with closing(school):
        school.env["units"] = false_time(tmp_path / "units.time", f"{year} 00:00:10")
        school.start_police()
        school.start_broker()
        school.start_gateway()
        school.start_units()
        began = time.monotonic()
        school.linked()
        keep("F7", "let in by the broker", time.monotonic() - began, 5)
        school.press()
        school.until("DELIVERED", 5)
        keep("F7", POLICE, school.check(5), 5)


@pytest.mark.parametrize("who", ["units", "gateway-0"])
@pytest.mark.parametrize("jump", ["+1d", "-1d", "+10y", "-10y"])
def test_f08_a_clock_that_jumps_between_two_presses_changes_nothing(
    school: School, who: str, jump: str
) -> None:
    clock = school.folder / "false.time"
    school.env[who] = false_time(clock, "+0d")
    school.start()
    school.press()
    school.until("DELIVERED", 5)
    write_whole(clock, jump.encode(), 0o644)  # it is read at every moment, and never half of it
    school.press_again()
    keep("F8", POLICE, school.check(3), 3)


@needs_root
def test_f34_a_press_after_a_journal_that_was_behind_is_no_repeat_of_a_closed_one(
    school: School,
) -> None:
    with small_disk(school.folder / "journal-204", "256k") as disk:
        school.start()
        school.press()
        school.until("STORED", 5)
        fill(disk)
        school.press_again()
        school.press_again()
        school.act("close")
        school.until("CLOSED", 10)
        school.signal("gateway-0", signal.SIGSTOP)  # the cable is out
        school.signal("units", signal.SIGKILL)
        (disk / "junk").unlink()
        school.start_units()
        until(lambda: school.says("units", "found in the journal"), within=10)
        school.press()
        school.signal("gateway-0", signal.SIGCONT)
        until(lambda: len({each.alert for each in school.taken()}) == 2, within=10)
        keep("F34", POLICE, school.check(8), 8)
        school.close()


def _journaled(school: School) -> bool:
    return bool(school.seen("STORED"))
