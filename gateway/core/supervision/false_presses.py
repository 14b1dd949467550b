"""How often a room was pressed by mistake, for so many days of its unit.  Pure.

A press is false if a person closed its incident as a false alarm: nobody's guess, and no pattern.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wire.ids import RoomId, Seconds, Wall

COUNTED_FOR: Final = Seconds(365 * 86_400.0)
"""A school's year; where alerts are kept for less, that."""

_DAY: Final = 86_400.0


class FalsePresses(NamedTuple):
    """Of one room: its false presses, in so many false alarms."""

    presses: int = 0
    alarms: int = 0


NONE: Final = FalsePresses()


class FalseCount(NamedTuple):
    """Of all rooms that have any, since a moment; None: nothing is on record yet."""

    since: Wall | None
    rooms: Mapping[RoomId, FalsePresses]

    def days(self, now: Wall) -> float:
        """Return for how many days presses were counted until `now`."""
        return 0.0 if self.since is None else max(now - self.since, 0.0) / _DAY


def per_thousand_days(presses: int, days: float) -> float | None:
    """Return the rate; None before a whole day was counted."""
    return presses * 1000.0 / days if days >= 1.0 else None
