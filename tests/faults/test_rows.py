"""The fault matrix on real processes, one test for each row; bounds are in seconds."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.school import School
from tests.gateway.endpoint import Endpoint, hang, status

KILL, STOP, GO = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    found = School(tmp_path)
    yield found
    found.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[School]:
    found = School(tmp_path, gateways=2)
    yield found
    found.close()


def judge(row: str, school: School, bound: float, healed: float = 0.0) -> None:
    print(f"{row}: {school.check(bound, healed):.2f} s of {bound:g} s")


def test_f01_unit_killed_with_a_held_press_tells_it_after_the_start(school: School) -> None:
    school.start()
    school.signal("gateway-0", KILL)
    school.press()
    school.until("HELD", 3)
    school.signal("unit", KILL)
    school.start_gateway()
    school.start_unit()
    back = time.monotonic()
    school.until("SENT", 10)
    judge("F1", school, 8, back)


def test_f02_a_button_held_at_the_start_is_one_alert(school: School) -> None:
    school.start_police()
    school.start_broker()
    school.start_gateway()
    school.start_unit("held")
    ready = time.monotonic()
    school.until("SENT", 5)
    judge("F2", school, 2, ready)


def test_f06_a_journal_that_cannot_be_written_stops_no_press(school: School) -> None:
    (school.folder / "journal").touch()
    school.start()
    school.press()
    school.until("SENT", 5)
    judge("F6", school, 3)


def test_f12_broker_killed_with_a_press_in_flight(school: School) -> None:
    school.start()
    school.signal("broker-0", KILL)
    school.press()
    school.start_broker()
    back = time.monotonic()
    school.until("SENT", 10)
    judge("F12", school, 5, back)


def test_f13_broker_frozen_the_second_path_takes_over(two: School) -> None:
    two.start()
    two.signal("broker-0", STOP)
    two.press()
    two.until("SENT", 15)
    two.signal("broker-0", GO)
    judge("F13", two, 8)


def test_f14_broker_up_and_gateway_absent_is_never_solid(two: School) -> None:
    two.start()
    two.signal("gateway-0", KILL)
    two.press()
    two.until("SENT", 15)
    judge("F14", two, 8)


def test_f17_gateway_killed_with_an_alert_undelivered(school: School) -> None:
    school.start()
    school.signal("police", STOP)
    school.press()
    school.until("RECEIVED", 3)
    school.signal("gateway-0", KILL)
    school.signal("police", GO)
    school.start_gateway()
    school.until("SENT", 12)
    judge("F17", school, 10)


def test_f18_gateway_frozen_the_standby_delivers(two: School) -> None:
    two.start()
    two.signal("gateway-0", STOP)
    two.press()
    two.until("SENT", 15)
    two.signal("gateway-0", GO)
    judge("F18", two, 8)


@pytest.mark.parametrize("manner", [status(503, Retry_After="3600"), status(429)])
def test_f23_endpoint_refuses_its_backup_takes(school: School, manner: object) -> None:
    _backup(school, manner)


def test_f24_endpoint_hangs_its_backup_takes(school: School) -> None:
    _backup(school, hang)


@pytest.mark.parametrize("manner", [status(302, Location="/"), status(200, b"<html>")])
def test_f25_an_answer_that_is_no_receipt_is_no_delivery(school: School, manner: object) -> None:
    _backup(school, manner)


def test_f23_no_endpoint_is_shown_as_not_delivered_until_one_has_it(school: School) -> None:
    school.start()
    school.signal("police", STOP)
    school.press()
    school.until("NOT DELIVERED", 19)
    school.signal("police", GO)
    back = time.monotonic()
    school.until("SENT", 10)
    judge("F23 alone", school, 5, back)


def test_f31_primary_lost(two: School) -> None:
    two.start()
    two.signal("gateway-0", KILL)
    two.signal("broker-0", KILL)
    two.press()
    two.until("SENT", 15)
    judge("F31", two, 8)


def _backup(school: School, manner: object) -> None:
    with Endpoint(manner) as first:  # type: ignore[arg-type]
        school.endpoint |= {"url": first.url, "backup_url": school.url}
        school.start()
        school.press()
        school.until("SENT", 10)
        judge("backup", school, 5)
