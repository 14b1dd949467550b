"""What is known of each press of an alert, by its number: bounds and laws for all sides.

Press 1 is that of which the alert itself tells; those after it are its further presses.  What is
known of a press may come twice, late, or from two gateways: the earliest that anyone knows is
true, for messages are only held up.  A number that nobody has dated is counted, and no more.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from typing import Final, NamedTuple

from wire.ids import Wall
from wire.moment import write_moment

MOST_DATED: Final = 20
"""Presses of one alert that are told one by one: the newest; `presses` counts them all."""

MOST_STEPS: Final = 8
"""Steps of a trail: as many as one look takes in."""


Place = tuple[str, str, str]
"""Building, floor and room, so that no two places are one."""


class DatedPress(NamedTuple):
    """A press of an alert; `pressed_at` is None if only its arrival is known."""

    press: int
    pressed_at: Wall | None
    received_at: Wall

    @property
    def at(self) -> Wall:
        """When it was, as far as is known."""
        return self.received_at if self.pressed_at is None else self.pressed_at


class Step(NamedTuple):
    """A place, with the last of the presses that came from there before another place pressed."""

    place: Place
    at: Wall


def merged(*sides: Iterable[DatedPress]) -> tuple[DatedPress, ...]:
    """Return each press that any side knows, with its earliest times; the newest MOST_DATED."""
    found: dict[int, DatedPress] = {}
    for each in chain(*sides):
        known = found.get(each.press)
        found[each.press] = _earliest(known, each) if known else each
    return tuple(found[number] for number in sorted(found)[-MOST_DATED:])


def undated(count: int, dated: Iterable[DatedPress]) -> int:
    """Return how many of the newest MOST_DATED presses of an alert nobody has dated."""
    oldest = max(count - MOST_DATED, 0)
    return min(count, MOST_DATED) - sum(1 for each in dated if oldest < each.press <= count)


def trail(presses: Iterable[tuple[Wall, Place]]) -> list[Step]:
    """Return where was pressed one after the other, the newest places last, at most MOST_STEPS.

    Presses in a row from one place are one step.
    """
    steps = [
        Step(place, [at for at, _ in each][-1])
        for place, each in groupby(sorted(presses), lambda press: press[1])
    ]
    return steps[-MOST_STEPS:]


def write_trail(presses: Iterable[tuple[Wall, Place]]) -> list[dict[str, str]]:
    """Write a trail for a page."""
    return [
        {"building": building, "floor": floor, "room": room, "at": write_moment(at)}
        for (building, floor, room), at in trail(presses)
    ]


def write_times(presses: Sequence[DatedPress]) -> list[dict[str, str | bool]]:
    """Write the newest of these presses, which stand in their order, for a page; `known` is false
    where `at` is only when it was heard of.
    """
    return [
        {
            "at": write_moment(each.at),
            "known": each.pressed_at is not None,
            "received_at": write_moment(each.received_at),
        }
        for each in presses[-MOST_DATED:]
    ]


def _earliest(one: DatedPress, other: DatedPress) -> DatedPress:
    known = [at for at in (one.pressed_at, other.pressed_at) if at is not None]
    received_at = min(one.received_at, other.received_at)
    return DatedPress(one.press, min(known, default=None), received_at)
