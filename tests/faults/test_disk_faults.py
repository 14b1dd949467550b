"""F45, F46 and F53: a disk that hangs, and one that is full for long."""

import signal
import sqlite3
import time
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from bench.cost import cost_of
from tests.faults.disk import fill, hanging_disk, has_ended, hung_from_the_start, small_disk
from tests.faults.matrix import keep
from tests.faults.network import needs_root
from tests.faults.school import School
from tests.faults.spy import Spy
from tests.faults.supervisor import Supervisor
from tests.gateway.core import alert
from tests.waiting import patience, until
from wire.codec import encode
from wire.ids import SiteId, UnitId
from wire.topics import alert_topic

REPEATS, ROOMS = 80_000, 100
SITE = SiteId("lincoln")


def test_f45_a_gateways_disk_that_hangs_for_a_minute_kills_nothing(tmp_path: Path) -> None:
    school = School(tmp_path, rooms=("204", "205"))
    school.start_police()
    school.start_broker()
    with Supervisor(school, "gateway-0", "tocsin-gateway", school.launch_gateway) as supervisor:
        until(lambda: school.says("gateway-0", "broker: connected"), within=20)
        school.start_units()
        school.linked()
        with hanging_disk(school.running["gateway-0"].pid, tmp_path / "strace"):
            hung = time.monotonic()
            school.press("204")
            told = school.until("DELIVERED", 8, "204")
            keep("F45", "solid, the gateway's disk hangs", told - hung, 3)
            until(lambda: time.monotonic() - hung > 58, within=90, every=0.5)
            school.press("205")
            school.until("DELIVERED", 8, "205")
        until(lambda: len({each.alert for each in school.logs().rows}) == 2, within=10)
        assert supervisor.deaths == []
    keep("F45", "at the police, the gateway's disk hangs", school.check(3), 3)
    assert not any(school.seen("NOT DELIVERED", room) for room in school.rooms)
    assert school.says("gateway-0", "could not write to the database") == 1
    school.close()


def test_f45_a_units_disk_that_hangs_for_a_minute_stops_no_press(school: School) -> None:
    school.start_police()
    school.start_broker()
    school.start_gateway()
    with Supervisor(school, "units", "tocsin-device", school.start_units) as supervisor:
        school.linked()
        with hanging_disk(school.running["units"].pid, school.folder / "strace"):
            hung = time.monotonic()
            school.press()
            school.until("DELIVERED", 5)
            until(lambda: "journal" in school.troubles().get("units-in-trouble", ""), within=30)
            until(lambda: time.monotonic() - hung > 58, within=90, every=0.5)
            school.press_again()
        until(lambda: "journal" not in school.troubles().get("units-in-trouble", ""), within=30)
        assert supervisor.deaths == []
    keep("F45", "at the police, a unit's disk hangs", school.check(3), 3)


def test_f57_a_gateway_whose_disk_does_not_answer_ends_by_itself(school: School) -> None:
    school.start()
    with closing(sqlite3.connect(school.store(), isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN EXCLUSIVE")
        school.press()
        school.until("DELIVERED", 8)
        asked = time.monotonic()
        school.signal("gateway-0", signal.SIGTERM)
        assert school.ended("gateway-0", within=patience(15)) == 0
        keep("F57", "ended by itself", time.monotonic() - asked, 10)
    school.start_gateway()
    until(lambda: len(school.logs().rows) == 1, within=20)
    keep("F57", "at the police", school.check(3), 3)


@pytest.mark.parametrize("hangs", ["on", "for 2 s more"])
def test_f57_a_gateway_whose_fsync_hangs_writes_what_it_can_and_ends(
    school: School, hangs: str
) -> None:
    school.start()
    with ExitStack() as hanging:
        disk = hanging_disk(school.running["gateway-0"].pid, school.folder / "strace")
        hanging.enter_context(disk)
        school.press()
        school.until("DELIVERED", 8)
        asked = time.monotonic()
        school.signal("gateway-0", signal.SIGTERM)
        if hangs != "on":
            until(lambda: time.monotonic() - asked > 2)
            hanging.close()
        until(partial(has_ended, school.running["gateway-0"].pid), within=15)
        keep("F57", "ended by itself, fsync hangs", time.monotonic() - asked, 10)
    assert school.ended("gateway-0") == 0
    assert len(_alerts(school)) == 1  # written, even where it was never synced
    school.start_gateway()
    until(school.open_incidents, within=20)
    keep("F57", "at the police", school.check(3), 3)


@pytest.mark.parametrize(("is_new", "call"), [(True, "fsync,fdatasync"), (False, "pread64")])
def test_f53_a_gateway_starts_on_a_disk_that_hangs(school: School, is_new: bool, call: str) -> None:
    school.start_police()
    school.start_broker()
    if not is_new:
        school.start_gateway()
        school.signal("gateway-0", signal.SIGKILL)
    only = () if is_new else ("-P", str(school.store()))
    with hung_from_the_start(school, "gateway-0", call, *only):
        began = time.monotonic()
        school.launch_gateway()
        until(lambda: school.says("gateway-0", "broker: connected"), within=30)
        keep("F53", "the gateway started", time.monotonic() - began, 20)
        school.start_units()
        school.linked()
        school.press()
        school.until("DELIVERED", 8)
        keep("F53", "at the police, the gateway's disk hangs", school.check(3), 3)
        assert school.says("gateway-0", "trouble database: ")
    until(lambda: len(school.logs().rows) == 1, within=30)
    until(lambda: "database" not in school.troubles(), within=30)


def test_f53_a_unit_starts_on_a_disk_that_hangs(school: School) -> None:
    school.start_police()
    school.start_broker()
    school.start_gateway()
    with hung_from_the_start(school, "units", "fsync,fdatasync"):
        school.start_units()
        school.linked()
        school.press()
        school.until("DELIVERED", 8)
        keep("F53", "at the police, a unit's disk hangs", school.check(3), 3)
        until(lambda: "journal" in school.troubles().get("units-in-trouble", ""), within=30)
    until(lambda: "journal" not in school.troubles().get("units-in-trouble", ""), within=30)


@needs_root
@pytest.mark.alone
def test_f46_repeats_beside_a_full_disk_cost_next_to_nothing(tmp_path: Path) -> None:
    school = School(tmp_path, rooms=[str(room) for room in range(100, 100 + ROOMS)])
    with small_disk(school.store().parent, "4m") as disk:
        school.start_police()
        school.start_broker()
        school.start_gateway()
        until((disk / "tocsin.reserve").exists)
        (disk / "tocsin.reserve").unlink()
        fill(disk)
        with Spy(school.ports[0]) as spy:
            told = [(alert_topic(SITE, UnitId(f"lincoln-{room}")), encode(alert(room)))
                    for room in school.rooms]  # fmt: skip
            for turn in range(1, REPEATS // ROOMS + 1):
                for topic, payload in told:
                    spy.say(topic, payload)
                # No faster than the broker hands on: what it drops is no repeat.
                until(partial(spy.has_heard_alerts, turn * ROOMS), within=20, every=0.001)
            until(lambda: len({each.unit for each in school.taken()}) == ROOMS, within=20)
        pid = school.running["gateway-0"].pid
        until(partial(_rests, pid), within=30)
        keep("F46", "of a core once they were taken in", 100 * _share(pid, 5.0), 5, "%")
        assert school.says("gateway-0", "could not write to the database") <= 3
        school.close()
    assert len({each.alert for each in school.taken()}) == ROOMS


def _alerts(school: School) -> list[str]:
    with closing(sqlite3.connect(school.store())) as db:
        return [name for (name,) in db.execute("SELECT id FROM alert")]


def _rests(pid: int) -> bool:
    return _share(pid, 1.0) < 0.1


def _share(pid: int, seconds: float) -> float:
    """What part of a core a process uses for so long."""
    before, began = cost_of(pid).cpu, time.monotonic()
    until(lambda: time.monotonic() - began > seconds, within=2 * seconds, every=0.1)
    return (cost_of(pid).cpu - before) / (time.monotonic() - began)
