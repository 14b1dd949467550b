"""F12 to F16, F50 and F52: what may break at the broker."""

import os
import signal
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from gateway.trust.broker.files import ACCESS, CERTIFICATE, REVOCATIONS, BrokerFileError, swap_in
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.faults.supervised import SupervisedSchool
from tests.faults.trust import Trust
from tests.waiting import until

KILL, STOP, GO, HUP = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT, signal.SIGHUP
POLICE = "at the police"


def test_f12_a_broker_killed_with_fifty_presses_in_flight(tmp_path: Path) -> None:
    school = School(tmp_path, rooms=[str(room) for room in range(200, 250)])
    with closing(school):
        school.start()
        for room in school.rooms:
            school.order("press", room)
        until(school.wall)
        school.signal("broker-0", KILL)
        school.until_all("fast blink", within=5)
        school.start_broker()
        back = time.monotonic()
        school.until_all("DELIVERED", within=15)
        keep("F12", f"{POLICE}, fifty of them", school.check(5, back), 5)


@pytest.mark.timeout(150)
def test_f50_presses_while_the_broker_is_restarted_twenty_times_in_a_minute(
    school: School,
) -> None:
    school.start()
    began = time.monotonic()
    for restart in range(20):
        school.signal("broker-0", KILL)
        school.start_broker()
        school.press()
        until(partial(_is_past, began + 3.0 * (restart + 1)), within=10)
    school.until("DELIVERED", 10)
    keep("F50", POLICE, school.check(5), 5)


def test_f13_a_frozen_broker_leaves_the_second_path_and_is_back_within_10_s(two: School) -> None:
    two.start()
    two.signal("broker-0", STOP)
    two.press()
    keep("F13", "the second path", two.until("RECEIVED", 5) - two.presses()[0], 4)
    two.until("DELIVERED", 10)
    until(lambda: two.says("units", "gateway-1: disconnected"), within=15)
    two.signal("broker-0", GO)
    began, links = time.monotonic(), two.says("units", ": connected")
    until(lambda: two.says("units", ": connected") > links, within=15)
    keep("F13", "linked again", time.monotonic() - began, 10)
    keep("F13", f"{POLICE} by the standby", two.check(8), 8)


def test_f52_a_frozen_broker_is_replaced_by_its_supervisor(tmp_path: Path) -> None:
    school = SupervisedSchool(tmp_path)
    with closing(school):
        school.start()
        frozen = school.mosquitto()
        os.kill(frozen, STOP)
        began = time.monotonic()
        school.press()
        until(lambda: school.mosquitto() != frozen, within=15)
        keep("F52", "replaced", time.monotonic() - began, 15)
        school.until("DELIVERED", 10)
        keep("F52", POLICE, school.check(17), 17)


def test_f14_a_broker_without_its_gateway_is_noticed_and_the_lamp_waits_for_the_police(
    two: School,
) -> None:
    two.start()
    two.signal("gateway-0", KILL)
    two.press()
    began = two.presses()[0]
    until(lambda: two.says("units", "gateway-1: no gateway is subscribed"), within=5)
    keep("F14", "noticed", time.monotonic() - began, 2)
    keep("F14", "the second path", two.until("RECEIVED", 5) - began, 4)
    two.until("DELIVERED", 10)
    keep("F14", f"{POLICE} by the standby", two.check(8), 8)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (REVOCATIONS, b"-----BEGIN X509 CRL-----\nrubbish\n-----END X509 CRL-----\n"),
        (ACCESS, b"topic readwrite #\n"),
        (CERTIFICATE, b"rubbish"),
    ],
)
def test_f15_broken_files_never_reach_the_broker(tmp_path: Path, name: str, content: bytes) -> None:
    trust = Trust()
    school = School(tmp_path, trust=trust)
    with closing(school):
        school.start()
        good = (tmp_path / name).read_bytes()
        with pytest.raises(BrokerFileError):
            swap_in(tmp_path, {name: content}, trust.now, lambda: school.signal("broker-0", HUP))
        assert (tmp_path / name).read_bytes() == good
        school.signal("broker-0", HUP)  # as Debian's logrotate does by itself
        school.press()
        school.until("DELIVERED", 5)
        keep("F15", POLICE, school.check(3), 3)


def test_f15_a_broken_list_that_was_forced_upon_the_broker_is_told_by_the_canary(
    tmp_path: Path,
) -> None:
    school = School(tmp_path, trust=Trust())
    with closing(school):
        school.start()
        until(lambda: "broker-forgery" not in school.troubles(), within=20)
        (tmp_path / ACCESS).write_text("rubbish\n")
        school.signal("broker-0", HUP)
        began = time.monotonic()
        until(lambda: "broker-forgery" in school.troubles(), within=20)
        keep("F15", "told as a trouble if forced", time.monotonic() - began, 15)
        school.press()
        school.until("DELIVERED", 5)
        keep("F15", POLICE, school.check(3), 3)


def test_f16_a_broker_that_cannot_start_leaves_the_other_and_is_told(two: School) -> None:
    two.start()
    two.signal("broker-0", KILL)
    two.signal("gateway-0", KILL)
    began = time.monotonic()
    two.launch_gateway()
    two.press()
    two.until("DELIVERED", 10)
    until(lambda: "broker" in two.troubles(), within=30)
    keep("F16", "told as a trouble", time.monotonic() - began, 30)
    keep("F16", f"{POLICE} by the standby", two.check(8), 8)


def test_f16_a_broker_that_refuses_its_certificate_is_told_until_it_has_a_good_one(
    tmp_path: Path,
) -> None:
    school = School(tmp_path, trust=Trust())
    with closing(school):
        school.start()
        school.signal("broker-0", KILL)
        began = time.monotonic()
        good = (tmp_path / CERTIFICATE).read_bytes()
        (tmp_path / CERTIFICATE).write_bytes(b"rubbish")
        school.start_broker()
        assert school.ended("broker-0") != 0
        school.press()
        until(lambda: "broker" in school.troubles(), within=30)
        keep("F16", "told as a trouble", time.monotonic() - began, 30)
        (tmp_path / CERTIFICATE).write_bytes(good)
        school.start_broker()
        back = time.monotonic()
        school.until("DELIVERED", 15)
        keep("F16", f"{POLICE} once it is back", school.check(5, back), 5)


def test_f16_the_supervisor_never_gives_up_starting_the_broker() -> None:
    told = Path("systemd/mosquitto.service.d/tocsin.conf").read_text().splitlines()
    assert {"StartLimitIntervalSec=0", "Restart=always", "RestartSec=1"} <= set(told)


def _is_past(moment: float) -> bool:
    return time.monotonic() >= moment
