"""What the kernel tells of the unit's board: temperature, supply, and whether it is slowed.

A thread of its own reads it: the kernel asks the board's firmware for some of it, which may take
its time.  A machine that is no Raspberry Pi has none of these files, and says nothing.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from device.events import MachineRead
from service.events import CallbackFailed
from service.periodic import Periodic
from service.version import release
from wire.ids import Seconds
from wire.machine import Machine

_SYSFS: Final = Path("/sys")
_EVERY: Final = Seconds(10.0)
_LARGEST: Final = 64
# `class/thermal/thermal_zone*/type` of a Raspberry Pi's processor, old kernels and new ones.
_PROCESSOR: Final = ("cpu-thermal", "cpu_thermal", "bcm2835_thermal")
_MILLI: Final = 1000.0
# The name that the kernel's driver `raspberrypi-hwmon` gives its sensor.
_SUPPLY: Final = "rpi_volt"
# `get_throttled`: under-voltage now; frequency capped, throttled, soft temperature limit now.  The
# bits from 16 on say that something has been since the start, and where no driver clears them they
# stay until the power goes.
_UNDER_VOLTAGE: Final = 0x1
_SLOWED: Final = 0xE


class Sensors:
    """Reads them from `sysfs` every 10 s and puts what it read as a MachineRead."""

    def __init__(
        self, put: Callable[[MachineRead | CallbackFailed], None], sysfs: Path = _SYSFS
    ) -> None:
        self._put = put
        self._sysfs = sysfs
        self._periodic = Periodic("sensors", _EVERY, self._read, put)

    def start(self) -> None:
        """Begin to read."""
        self._periodic.start()

    def _read(self) -> None:
        self._put(MachineRead(read_sensors(self._sysfs)))


def read_sensors(sysfs: Path) -> Machine:
    """Return what the files below `sysfs` say now."""
    flags, alarm = _flags(sysfs), _alarm(sysfs)
    weak = None if flags is None else bool(flags & _UNDER_VOLTAGE)
    return Machine(
        version=release(),
        celsius=_celsius(sysfs),
        under_voltage=weak if alarm is None else alarm or bool(weak),
        throttled=None if flags is None else bool(flags & _SLOWED),
    )


def _celsius(sysfs: Path) -> float | None:
    for zone in sorted(sysfs.glob("class/thermal/thermal_zone*")):
        if _text(zone / "type") in _PROCESSOR:
            with suppress(ValueError):
                return int(_text(zone / "temp")) / _MILLI
    return None


def _flags(sysfs: Path) -> int | None:
    for file in sysfs.glob("devices/platform/soc*/soc*:firmware/get_throttled"):
        with suppress(ValueError):
            return int(_text(file), 16)
    return None


def _alarm(sysfs: Path) -> bool | None:
    """Whether the driver saw a weak supply when it asked last, every 2 s."""
    for sensor in sysfs.glob("class/hwmon/hwmon*"):
        if _text(sensor / "name") == _SUPPLY:
            with suppress(ValueError):
                return bool(int(_text(sensor / "in0_lcrit_alarm")))
    return None


def _text(file: Path) -> str:
    """What a file says; nothing if it is not there, or its sensor gives an error."""
    try:
        with file.open(encoding="ascii", errors="replace") as opened:
            return opened.read(_LARGEST).strip()
    except OSError:
        return ""
