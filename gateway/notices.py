"""What alarm centres are told beside alarms: troubles, units that are lost, tests.  Pure.

It is looked at in a calm moment, once a second at most: what came and went since the last look is
not told, and nothing here stands in the way of an alert.
"""

from collections.abc import Iterable, Mapping

from gateway.notice import Notice
from gateway.register import Entry
from gateway.work import KeepTrouble
from wire.ids import UnitId, Wall

UNIT_LOST = "unit-lost"
MANUAL_TEST = "manual-test"


class Notices:
    """Knows what was told to stand, and so what is news."""

    def __init__(self) -> None:
        self._told: dict[str, Notice] = {}

    def look(
        self,
        troubles: Iterable[KeepTrouble],
        units: Iterable[tuple[UnitId, str]],
        rooms: Mapping[UnitId, Entry],
        wall: Wall,
    ) -> list[Notice]:
        """Return what has begun or ended; `units` are those with a trouble, and its name."""
        standing = {
            each.name: Notice(each.name, each.detail, "", each.started) for each in troubles
        }
        for unit, trouble in units:
            room = rooms[unit].room.id if unit in rooms else ""
            name = f"{trouble}-{unit}"
            standing[name] = Notice(name, f"unit {unit}: {trouble}", room, wall)
        begun = [each for name, each in standing.items() if name not in self._told]
        ended = [each for name, each in self._told.items() if name not in standing]
        self._told = {name: self._told.get(name, each) for name, each in standing.items()}
        return [*(each._replace(over=True) for each in ended), *begun]


def manual_test(by: str, wall: Wall) -> Notice:
    """A person tests the lines to the centres."""
    return Notice(MANUAL_TEST, f"test by {by}", "", wall)
