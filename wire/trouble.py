"""A trouble is a fault that a person must hear of: the form of its name, and its cure.

Pure.  The troubles themselves stand in `unit_troubles` and `gateway_troubles`.  No other module
makes a `TroubleName`, so each name that is reported has a meaning and a cure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NewType

TroubleName = NewType("TroubleName", str)
"""The name of one trouble as it is told: `clock`, `camera-hall-2`."""

_ITEM: Final = re.compile(r"<([a-z]+)>")


class Level(IntEnum):
    """How much hangs on a trouble, and so how soon and how often people are told of it."""

    ORDINARY = 1
    """Presses get through; something needs mending."""
    URGENT = 2
    """A press may not reach the police."""
    ALARM = 3
    """An alert is open, and is not where it should be."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble.

    `pattern` is its name.  Where several things may have it, `<…>` in it stands for the one that
    has: `camera-<camera>`.  `cure` says what to do, with commands that can be pasted; `<…>` in it
    is that thing, too.
    """

    pattern: str
    meaning: str
    cure: str
    level: Level = Level.ORDINARY

    def name(self, item: str = "") -> TroubleName:
        """Return the name of this trouble of `item`; raises ValueError if it lacks its item."""
        before, _, rest = self.pattern.partition("<")
        if bool(item) != bool(rest):
            raise ValueError(f"trouble {self.pattern}: {item!r} does not go with it")
        return TroubleName(f"{before}{item}{rest.partition('>')[2]}")

    def item(self, name: str) -> str | None:
        """Return the thing that `name` is about, empty if the kind has none; None: another kind."""
        form = _ITEM.sub("(.+)", self.pattern)
        found = re.fullmatch(form, name)
        return None if found is None else "".join(found.groups())

    def cure_of(self, name: str) -> str:
        """Return the cure, with what `name` is about filled in."""
        item = self.item(name)
        return _ITEM.sub(lambda found: item or found[0], self.cure)


def find(name: str, troubles: Iterable[Trouble]) -> Trouble | None:
    """Return the kind that `name` is of: of several that fit, the one with the longest pattern."""
    fitting = (each for each in troubles if each.item(name) is not None)
    return max(fitting, key=lambda each: len(each.pattern), default=None)
