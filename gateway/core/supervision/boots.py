"""Detects heartbeats that were heard before, and two units under one name.  Pure.

A unit that restarts gets a new boot id and never an old one again; within a boot its uptime grows
with each heartbeat, and the number of its last alert does not fall.  So what was recorded and is
played back can be told from a unit that lives.  Of a card that was copied two units are switched
on: they push each other off the broker in turn, so their boot ids alternate, and each goes on to
count its uptime.
"""

from typing import Final, NamedTuple

from wire.ids import BootId, Monotonic, Seconds, UnitId
from wire.messages import Heartbeat

# Each comes back within seconds, and beats as soon as it is connected.
ALTERNATED_WITHIN: Final = Seconds(120.0)
# One that was forgotten could be played back as a new one.
_MOST_BOOTS: Final = 64


class _Mark(NamedTuple):
    """How far a boot has come."""

    uptime: Seconds
    seq: int


class Boots:
    """The last boots of each unit and how far they have come, the one heard last at the end, and
    when one of before was heard again.
    """

    def __init__(self) -> None:
        self._boots: dict[UnitId, dict[BootId, _Mark]] = {}
        self._alternated: dict[UnitId, Monotonic] = {}

    def heard(self, beat: Heartbeat, now: Monotonic) -> bool:
        """Take a heartbeat in; returns whether it goes on from what was heard before."""
        boots = self._boots.setdefault(beat.unit, {})
        before = boots.get(beat.boot)
        if before and (beat.uptime <= before.uptime or beat.seq < before.seq):
            return False
        if before and beat.boot != next(reversed(boots)):
            self._alternated[beat.unit] = now
        boots.pop(beat.boot, None)
        boots[beat.boot] = _Mark(beat.uptime, beat.seq)
        if len(boots) > _MOST_BOOTS:
            del boots[next(iter(boots))]
        return True

    def doubled(self, now: Monotonic) -> list[UnitId]:
        """Return the units whose boot ids alternate."""
        return [unit for unit, at in self._alternated.items() if now - at <= ALTERNATED_WITHIN]

    def keep_only(self, units: frozenset[UnitId]) -> None:
        """The register changed: forget all others."""
        self._boots = {unit: boots for unit, boots in self._boots.items() if unit in units}
        self._alternated = {unit: at for unit, at in self._alternated.items() if unit in units}
