"""What a unit tells of its board: read from files as a Raspberry Pi has them, told long enough."""

from pathlib import Path

import pytest

from device.events import MachineRead
from device.machine_health import MachineHealth
from device.sensors import read_sensors
from service.version import release
from tests.device.fakes import Bench
from tests.waiting import until
from wire.ids import Monotonic
from wire.machine import SILENT, Machine

FIRMWARE = "devices/platform/soc/soc:firmware/get_throttled"
FIRMWARE_OF_A_PI_5 = "devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled"
WEAK = Machine(under_voltage=True, throttled=True)


def board(sysfs: Path, **files: str) -> Machine:
    """A board whose files below /sys hold this; `__` in a name stands for `/`."""
    for name, text in files.items():
        file = sysfs / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")
    return read_sensors(sysfs)


def troubles(health: MachineHealth, now: float) -> set[str]:
    return set(health.troubles(Monotonic(now)))


def test_a_machine_that_is_no_raspberry_pi_tells_its_release_alone(tmp_path: Path) -> None:
    zone = {"class__thermal__thermal_zone0__type": "x86_pkg_temp"}
    of_a_pc = board(tmp_path, class__thermal__thermal_zone0__temp="97000", **zone)
    assert of_a_pc == Machine(version=release())


def test_the_temperature_is_that_of_the_processor(tmp_path: Path) -> None:
    zone = {"class__thermal__thermal_zone0__type": "cpu-thermal"}
    assert board(tmp_path, class__thermal__thermal_zone0__temp="48312", **zone).celsius == 48.312


@pytest.mark.parametrize(
    ("flags", "weak", "slowed"),
    [("0", False, False), ("50005", True, True), ("0x50000", False, False), ("8", False, True)],
)
@pytest.mark.parametrize("file", [FIRMWARE, FIRMWARE_OF_A_PI_5])
def test_the_firmwares_flags_of_now_count_and_those_of_before_do_not(
    tmp_path: Path, file: str, flags: str, weak: bool, slowed: bool
) -> None:
    told = board(tmp_path, **{file: flags})
    assert (told.under_voltage, told.throttled) == (weak, slowed)


def test_a_kernel_without_flags_tells_of_the_supply_by_its_alarm(tmp_path: Path) -> None:
    found = {"class__hwmon__hwmon1__name": "rpi_volt"}
    told = board(tmp_path, class__hwmon__hwmon1__in0_lcrit_alarm="1", **found)
    assert (told.under_voltage, told.throttled) == (True, None)


def test_a_sensor_that_gives_rubbish_is_as_one_that_is_not_there(tmp_path: Path) -> None:
    rubbish = {FIRMWARE: "\xb5", "class__hwmon__hwmon0__name": "rpi_volt"}
    assert board(tmp_path, class__thermal__thermal_zone0__type="cpu-thermal", **rubbish) == Machine(
        version=release()
    )


def test_heat_is_a_trouble_from_80_degrees_until_it_is_below_75() -> None:
    health, told = MachineHealth(), []
    for at, celsius in enumerate((79.9, 80.0, 75.0, 74.9)):
        health.saw(Machine(celsius=celsius), Monotonic(at))
        told.append(troubles(health, at))
    assert told == [set(), {"hot"}, {"hot"}, set()]


def test_a_weak_supply_is_told_for_ten_minutes_after_it_was_seen_last() -> None:
    health = MachineHealth()
    health.saw(WEAK, Monotonic(0.0))
    health.saw(Machine(under_voltage=False, throttled=False), Monotonic(10.0))
    assert troubles(health, 600.0) == {"throttled", "under-voltage"}
    assert troubles(health, 601.0) == set()


def test_sensors_that_have_not_answered_for_a_minute_say_nothing_of_now() -> None:
    health = MachineHealth()
    health.saw(Machine(celsius=85.0), Monotonic(0.0))
    assert (health.machine(Monotonic(60.0)).celsius, troubles(health, 60.0)) == (85.0, {"hot"})
    assert (health.machine(Monotonic(61.0)), troubles(health, 61.0)) == (SILENT, set())


def test_the_heartbeat_carries_what_was_read_and_its_troubles(tmp_path: Path) -> None:
    board(tmp_path, **{FIRMWARE: "5"})
    with Bench() as bench:
        bench.inbox.put(MachineRead(read_sensors(tmp_path)))
        beat = until(lambda: [b for b in bench.gateway.beats if "under-voltage" in b.troubles])[0]
    assert beat.machine == Machine(release(), None, True, True)
    assert "throttled" in beat.troubles
