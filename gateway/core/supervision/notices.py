"""Notifications to alarm centres beside alarms: troubles, lost units, tests.  Pure.

Updated in a pause, once a second at most: what came and went between two updates is not sent, and
nothing here delays an alert.
"""

from collections.abc import Collection, Iterable, Mapping

from gateway.core.effects import ReceiverNotification, SaveTrouble
from gateway.core.site import Entry
from gateway.core.supervision.damping import Damping
from wire.ids import UnitId, Wall

UNIT_LOST = "unit-lost"
MANUAL_TEST = "manual-test"


class ReceiverNotifications:
    """Knows what was told to stand, and so what is news."""

    def __init__(self) -> None:
        self._told: dict[str, ReceiverNotification] = {}
        self._damping = Damping()
        self._away: set[str] = set()

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
        ended = self._ended(standing.keys(), wall)
        for each in begun:
            self._damping.changed(each.name, wall)
        self._told |= {each.name: each for each in begun}
        return [*(each._replace(over=True) for each in ended), *begun]

    def _ended(self, standing: Collection[str], wall: Wall) -> list[ReceiverNotification]:
        """Take out what is over: what comes and goes is once it has stayed away."""
        self._damping.forget(wall)
        away = self._told.keys() - set(standing)
        for name in away ^ self._away:  # those that went, and those that came back untold
            self._damping.changed(name, wall)
        over = sorted(name for name in away if self._damping.may_change(name, wall))
        self._away = away - set(over)
        return [self._told.pop(name) for name in over]


def manual_test(by: str, wall: Wall) -> ReceiverNotification:
    """A person tests the lines to the centres."""
    return ReceiverNotification(MANUAL_TEST, f"test by {by}", "", wall)
