"""F32 and F33: what wears out, and what crashes again and again."""

import signal
import time

import pytest

from gateway.trust.ca.authority import LIST_LIFE
from tests.faults.faketime import false_time
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.faults.supervisor import Supervisor
from tests.service.brokers import new_authority
from tests.waiting import until


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2098-12-02 12:00:00", "expires in 29 days"),
        ("2098-12-25 12:00:00", "expires in 6 days"),
        ("2099-01-02 00:00:00", "has expired"),
    ],
)
def test_f32_a_certificate_that_comes_to_its_end_is_told_and_renewed_without_a_restart(
    school: School, today: str, words: str
) -> None:
    authority, name = new_authority(), f"certificate-{school.folder / 'ours.crt'}"
    authority.sign(school.folder, "ours", ends=2099)
    school.endpoint |= {"cert": "ours.crt", "key": "ours.key"}
    school.env["gateway-0"] = false_time(school.folder / "false.time", today)
    school.start()
    began = time.monotonic()
    until(lambda: words in school.troubles().get(name, ""), within=30)
    keep("F32", "told as a trouble", time.monotonic() - began, 30)
    authority.sign(school.folder, "ours", ends=2199)
    began = time.monotonic()
    until(lambda: name not in school.troubles(), within=40)
    keep("F32", "renewed without a restart", time.monotonic() - began, 40)
    school.press()
    school.until("DELIVERED", 5)
    keep("F32", "at the police", school.check(3), 3)


def test_f32_a_list_of_revocations_is_good_for_years() -> None:
    assert LIST_LIFE > 365 * 86400


def test_f33_a_service_that_crashes_twenty_times_is_started_again_each_time(school: School) -> None:
    school.start_police()
    school.start_broker()
    school.start_units()
    with Supervisor(school, "gateway-0", "tocsin-gateway", school.launch_gateway) as supervisor:
        school.press()
        for crash in range(1, 21):
            school.signal("gateway-0", signal.SIGKILL)
            until(lambda: len(supervisor.deaths) == crash, within=5)  # noqa: B023
            until(lambda: school.running["gateway-0"].poll() is None, within=5)
        back = time.monotonic()
        school.until("DELIVERED", 10)
    keep("F33", "at the police after the last crash", school.check(10, back), 10)
