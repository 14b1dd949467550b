"""How often one thing may come and go: the first times in a while are told at once, and then it
stands until it has stayed away.  So who makes it come and go each second fills no disk.  Pure.
"""

from collections import deque
from typing import Final

from wire.ids import Seconds, Wall

WHILE: Final = Seconds(120.0)
# Three comings and goings.
MOST: Final = 6


class Damping:
    """The newest changes of each thing, by its name."""

    def __init__(self) -> None:
        self._changes: dict[str, deque[Wall]] = {}

    def may_change(self, name: str, wall: Wall) -> bool:
        """True unless it changed MOST times within the last WHILE; never False for a set clock."""
        before = self._changes.get(name, deque())
        return len(before) < MOST or not 0 <= wall - before[0] < WHILE

    def changed(self, name: str, wall: Wall) -> None:
        """It changes now, whether or not that is told."""
        self._changes.setdefault(name, deque(maxlen=MOST)).append(wall)

    def forget(self, wall: Wall) -> None:
        """Keep nothing of what has not changed for a while."""
        self._changes = {
            name: each for name, each in self._changes.items() if 0 <= wall - each[-1] < WHILE
        }
