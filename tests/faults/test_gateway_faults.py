"""F17 to F22, F30, F31: what may break at the gateway."""

import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import failpoints
from tests.faults.checker import delays, faults
from tests.faults.disk import fill, small_disk
from tests.faults.matrix import keep
from tests.faults.network import needs_root
from tests.faults.school import School
from tests.faults.spy import Spy
from tests.faults.supervisor import Supervisor
from tests.waiting import until

KILL, STOP, GO = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT
POLICE = "at the police"


@pytest.mark.parametrize("place", failpoints.GATEWAY)
def test_f17_a_gateway_killed_on_the_alerts_way(school: School, place: str) -> None:
    school.start_police()
    school.start_broker()
    school.launch_gateway(failpoint=place)
    until(lambda: school.says("gateway-0", "broker: connected"), within=20)
    school.start_units()
    school.linked()
    school.press()
    assert school.ended("gateway-0") == -KILL
    back = time.monotonic()
    school.start_gateway()
    school.until("DELIVERED", 12)
    keep("F17", POLICE, school.check(10, back), 10)


def test_f18_a_frozen_gateway_leaves_the_standby(two: School) -> None:
    two.start()
    two.signal("gateway-0", STOP)
    two.press()
    two.until("DELIVERED", 15)
    two.signal("gateway-0", GO)
    keep("F18", f"{POLICE} by the standby", two.check(8), 8)


def test_f18_a_frozen_gateway_is_replaced_by_its_watchdog(school: School) -> None:
    school.start_police()
    school.start_broker()
    with Supervisor(school, "gateway-0", "tocsin-gateway", school.launch_gateway) as supervisor:
        until(lambda: school.says("gateway-0", "broker: connected"), within=20)
        school.start_units()
        school.linked()
        school.signal("gateway-0", STOP)
        frozen = time.monotonic()
        school.press()
        until(lambda: supervisor.deaths, within=20)
        until(lambda: school.says("gateway-0", "broker: connected"), within=10)
        keep("F18", "replaced by the watchdog", time.monotonic() - frozen, 15)
        school.until("DELIVERED", 10)
    assert faults(school.logs(), 20) == []


@needs_root
def test_f20_a_full_disk_gives_its_reserve_to_the_alert(school: School) -> None:
    with small_disk(school.store().parent, "4m") as disk:
        school.start()
        until((disk / "tocsin.reserve").exists)
        fill(disk)
        school.press()
        # The lamp may skip RECEIVED: while the disk refuses, a receipt makes it solid at once.
        until(school.open_incidents, within=10)
        school.until("DELIVERED", 10)
        keep("F20", POLICE, school.check(5), 5)
        assert school.says("gateway-0", "database or disk is full")
        school.close()


@needs_root
def test_f20_a_disk_that_takes_nothing_at_all_stops_no_report(school: School) -> None:
    with small_disk(school.store().parent, "4m") as disk:
        school.start()
        until((disk / "tocsin.reserve").exists)
        (disk / "tocsin.reserve").unlink()
        fill(disk)
        school.press()
        school.until("DELIVERED", 10)
        keep("F20", f"{POLICE}, without a reserve", school.check(5), 5)
        assert not school.seen("RECEIVED")
        school.close()


def test_f21_a_database_of_rubbish_is_set_aside_and_told(school: School) -> None:
    school.store().write_bytes(bytes(range(256)) * 400)
    school.start_police()
    school.start_broker()
    with Spy(school.ports[0]) as spy:
        began = time.monotonic()
        school.start_gateway(ready=": ready")
        keep("F21", "started", time.monotonic() - began, 5)
        until(lambda: spy.hears("trouble/database-replaced"), within=30)
    school.start_units()
    school.linked()
    school.press()
    school.until("DELIVERED", 10)
    keep("F21", POLICE, school.check(5), 5)
    until(lambda: "database-replaced" in school.troubles(), within=30)


def test_f21_a_database_that_somebody_locked_stops_no_report(school: School) -> None:
    school.start()
    with closing(sqlite3.connect(school.store(), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        school.press()
        school.until("DELIVERED", 10)
        other.execute("ROLLBACK")
    keep("F21", f"{POLICE}, locked", school.check(5), 5)
    until(lambda: school.logs().rows, within=10)


def test_f22_a_thousand_messages_that_nobody_can_read(school: School) -> None:
    school.start()
    with Spy(school.ports[0]) as spy:
        for number in range(1000):
            kind = ("heartbeat", "alert", "nonsense")[number % 3]
            spy.say(f"tocsin/v1/lincoln/up/lincoln-999/{kind}", b'{"v":1,' * number)
        school.press()
        school.until("DELIVERED", 10)
    logs = school.logs()
    ours = [each for each in logs.taken if each.unit == "lincoln-204"]
    keep("F22", POLICE, min(each.at for each in ours) - logs.presses[0].at, 3)
    assert school.says("gateway-0", "only counted") <= 3


@pytest.mark.alone
def test_f30_two_hundred_buttons_within_a_second(tmp_path: Path) -> None:
    school = School(tmp_path, rooms=[str(room) for room in range(100, 300)])
    with closing(school):
        school.start_police()
        school.start_broker()
        school.start_gateway()
        with Spy(school.ports[0]) as spy:
            presses = [spy.press(room) for room in school.rooms]
            until(lambda: len(spy.claims("DELIVERED")) == len(presses), within=15)
        claims = [*spy.claims("RECEIVED"), *spy.claims("DELIVERED")]
        logs = replace(school.logs(), presses=presses, claims=claims)
        assert faults(logs, 10) == []
        keep("F30", f"{POLICE}, all of them", max(filter(None, delays(logs))), 10)
        keep("F30", "lamps solid", max(each.at for each in claims) - presses[-1].at, 5)


def test_f31_a_primary_that_is_lost_leaves_the_standby(two: School) -> None:
    two.start()
    two.signal("gateway-0", KILL)
    two.signal("broker-0", KILL)
    two.press()
    two.until("DELIVERED", 15)
    keep("F31", f"{POLICE} by the standby", two.check(8), 8)
