"""Which troubles follow from what the unit's machine says of itself.  Pure.

A supply that dips and a processor on the edge of its heat come and go within seconds: a trouble
that was seen stands long enough for a person to see it, too.
"""

from collections.abc import Iterator
from typing import Final

from wire.ids import Monotonic, Seconds
from wire.machine import SILENT, Machine
from wire.trouble import TroubleName
from wire.unit_troubles import HOT, THROTTLED, UNDER_VOLTAGE

# The firmware of a Raspberry Pi slows the processor from here on.
_HOT: Final = 80.0
_COOL: Final = 75.0
_TOLD_FOR: Final = Seconds(600.0)
# Six readings: a sensor that has not answered for so long says nothing of now.
_GOOD_FOR: Final = Seconds(60.0)


class MachineHealth:
    """The newest reading, and when each trouble was seen last."""

    def __init__(self) -> None:
        self._read = SILENT
        self._read_at: Monotonic | None = None
        self._hot = False
        self._seen: dict[TroubleName, Monotonic] = {}

    def saw(self, machine: Machine, now: Monotonic) -> None:
        """The sensors were read."""
        self._read, self._read_at = machine, now
        if machine.celsius is None or machine.celsius < _COOL:
            self._hot = False
        elif machine.celsius >= _HOT:
            self._hot = True
        if machine.under_voltage:
            self._seen[UNDER_VOLTAGE.name()] = now
        if machine.throttled:
            self._seen[THROTTLED.name()] = now

    def machine(self, now: Monotonic) -> Machine:
        """What the machine says of itself now."""
        return self._read if self._is_known(now) else SILENT

    def troubles(self, now: Monotonic) -> Iterator[TroubleName]:
        """The names of what stands."""
        if self._hot and self._is_known(now):
            yield HOT.name()
        for name, at in self._seen.items():
            if now - at <= _TOLD_FOR:
                yield name

    def _is_known(self, now: Monotonic) -> bool:
        return self._read_at is not None and now - self._read_at <= _GOOD_FOR
