"""The time at a receiver, as far as its NAKs say how it differs from ours.

A NAK is never encrypted, so anybody on the line can write one: its time is followed within a day,
and dropped when it did not help.
"""

from collections.abc import Callable
from typing import Final

from wire.ids import Wall

# Further off, one of the two clocks is not set, and a person has to look.
_FURTHEST: Final = 86_400.0
# How far the time of an answer may be from ours, or from the receiver's as it told it.
_NEAR: Final = 60.0


class ReceiverClock:
    """Shared by all connections to one receiver; `clock` is our own."""

    def __init__(self, clock: Callable[[], Wall]) -> None:
        self._clock = clock
        self._ahead = 0.0

    def now(self) -> Wall:
        """Return the time to write on a frame."""
        return Wall(self._clock() + self._ahead)

    def follow(self, told: Wall) -> None:
        """Take over what a NAK told, unless that is more than a day from ours."""
        ahead = told - self._clock()
        self._ahead = ahead if abs(ahead) <= _FURTHEST else 0.0

    def give_up(self, told: Wall) -> str:
        """Go back to our own time, for the other did not help; return why."""
        self._ahead = 0.0
        if abs(told - self._clock()) > _FURTHEST:
            return "the receiver's clock is more than a day from ours: set the one that is wrong"
        return "the receiver refuses our time, and its own (NAK)"

    def is_now(self, at: Wall) -> bool:
        """True if a moment is near to now by either clock."""
        late = self._clock() - at
        return abs(late) <= _NEAR or abs(late + self._ahead) <= _NEAR
