"""Reads a lamp as a person would: from when it was lit and when it was dark, and nothing else.

It knows the patterns on the card beside the button (device/lamp.py's table), not what the firmware
meant to show.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from device.lamp import (
    DARK,
    DOUBLE_PULSE,
    FAST_BLINK,
    LONG_GAP,
    SLOW_BLINK,
    SOLID,
    TRIPLE_FLASH,
    TRIPLE_FLASH_AND_LONG,
    Pattern,
)
from wire.ids import Seconds

CARD: Final[Mapping[str, Pattern]] = {
    "off": DARK,
    "solid": SOLID,
    "fast blink": FAST_BLINK,
    "slow blink": SLOW_BLINK,
    "long gap": LONG_GAP,
    "double pulse": DOUBLE_PULSE,
    "NOT DELIVERED": TRIPLE_FLASH,
    "NOT DELIVERED, answered": TRIPLE_FLASH_AND_LONG,
}


class Step(NamedTuple):
    """The lamp was lit, or dark, for so many seconds."""

    lit: bool
    lasted: Seconds


# Two whole blinks: fewer could be a part of a longer pattern.
_FEWEST_STEPS: Final = 4
_MOST_STEPS: Final = 64


def read(seen: Sequence[Step], now: Step) -> str | None:
    """Name the pattern that `seen`, oldest first, and the step under way add up to.

    None while it is too early to be sure: after a change a person, too, must look for a while.
    """
    if now.lasted > _LONGEST[now.lit]:
        return "solid" if now.lit else "off"
    for name, cycle in _CYCLES:
        count = max(len(cycle), _FEWEST_STEPS)
        recent = seen[-count:]
        if len(recent) == count and _fits(recent, now, cycle):
            return name
    return None


class LampDecoder:
    """Looks at one lamp; told of each step that ended, it remembers the last few."""

    def __init__(self) -> None:
        self._seen: list[Step] = []

    def saw(self, step: Step) -> None:
        """The lamp has just changed; `step` is what ended."""
        self._seen = [*self._seen[1 - _MOST_STEPS :], step]

    def read(self, now: Step) -> str | None:
        """Name the pattern, or None while it is too early to be sure."""
        return read(self._seen, now)


def _cycle(pattern: Pattern) -> tuple[Step, ...]:
    """One round of `pattern` as it is seen: neighbours of one level are one step."""
    return tuple(
        Step(lit, Seconds(sum(seconds for _, seconds in steps)))
        for lit, steps in groupby(pattern.steps, key=lambda step: step[0])
    )


def _tolerance(step: Step) -> float:
    return 0.03 + 0.3 * step.lasted


def _fits(seen: Sequence[Step], now: Step, cycle: Sequence[Step]) -> bool:
    """True if `seen` and then `now` can be a stretch of `cycle`, begun anywhere in it."""
    length = len(cycle)
    for start in range(length):
        wanted = [cycle[(start + n) % length] for n in range(len(seen) + 1)]
        if all(map(_alike, seen, wanted)) and _may_become(now, wanted[-1]):
            return True
    return False


def _alike(step: Step, wanted: Step) -> bool:
    return step.lit == wanted.lit and abs(step.lasted - wanted.lasted) <= _tolerance(wanted)


def _may_become(now: Step, wanted: Step) -> bool:
    return now.lit == wanted.lit and now.lasted <= wanted.lasted + _tolerance(wanted)


# The longest pattern first: a part of it may look like a shorter one.
_CYCLES: Final = sorted(
    ((name, cycle) for name, pattern in CARD.items() if len(cycle := _cycle(pattern)) > 1),
    key=lambda named: -len(named[1]),
)
# Longer than this at one level is no blinking.
_LONGEST: Final = {
    lit: max(
        step.lasted + _tolerance(step) for _, cycle in _CYCLES for step in cycle if step.lit == lit
    )
    for lit in (True, False)
}
