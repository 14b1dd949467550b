"""What is installed starts by itself, once, and sees to the machine's watchdog and time."""

import pytest

from tests.machine.school import SERVICES, School

pytestmark = pytest.mark.timeout(1800)


def test_nothing_failed_and_nothing_was_started_twice(school: School) -> None:
    assert school.machine.done("systemctl --failed --no-legend --plain").strip() == ""
    assert {school.says(each, "NRestarts") for each in SERVICES} == {"0"}


def test_the_packages_see_to_the_watchdog_and_the_time(school: School) -> None:
    assert school.machine.done("systemctl is-active systemd-timesyncd").strip() == "active"
    assert school.machine.done("systemctl show -P RuntimeWatchdogUSec").strip() == "15s"
    assert school.machine.done("cat /sys/class/watchdog/watchdog0/state").strip() == "active"
