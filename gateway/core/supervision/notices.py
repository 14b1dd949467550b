"""Notifications to alarm centres beside alarms: troubles, lost units, tests.  Pure.

Updated in a pause, once a second at most: what came and went between two updates is not sent, and
nothing here delays an alert.
"""

from collections.abc import Iterable, Mapping

from gateway.core.effects import ReceiverNotification, SaveTrouble
from gateway.core.site import Entry
from wire.ids import UnitId, Wall

UNIT_LOST = "unit-lost"
MANUAL_TEST = "manual-test"


class ReceiverNotifications:
    """Knows what was told to stand, and so what is news."""

    def __init__(self) -> None:
        self._told: dict[str, ReceiverNotification] = {}

    def update(
        self,
        troubles: Iterable[SaveTrouble],
        units: Iterable[tuple[UnitId, str]],
        rooms: Mapping[UnitId, Entry],
        wall: Wall,
    ) -> list[ReceiverNotification]:
        """Return what has begun or ended; `units` are those with a trouble, and its name."""
        standing: dict[str, ReceiverNotification] = {
            each.name: ReceiverNotification(each.name, each.detail, "", each.started)
            for each in troubles
        }
        for unit, trouble in units:
            room = rooms[unit].room.id if unit in rooms else ""
            name = f"{trouble}-{unit}"
            standing[name] = ReceiverNotification(name, f"unit {unit}: {trouble}", room, wall)
        begun = [each for name, each in standing.items() if name not in self._told]
        ended = [each for name, each in self._told.items() if name not in standing]
        self._told = {name: self._told.get(name, each) for name, each in standing.items()}
        return [*(each._replace(over=True) for each in ended), *begun]


def manual_test(by: str, wall: Wall) -> ReceiverNotification:
    """A person tests the lines to the centres."""
    return ReceiverNotification(MANUAL_TEST, f"test by {by}", "", wall)
