"""Counts what the console left that is no action of a person, while that goes on.  Pure.

A console that was taken over may leave thousands a minute: the first is logged, and all are told as
one trouble.
"""

import logging
from typing import Final

from wire.clean import clean
from wire.ids import Monotonic, Seconds

log = logging.getLogger(__name__)

# Told for so long after the last one.
_TOLD_FOR: Final = Seconds(600.0)
# The gateway looks ten times a second: what lies there for longer is held up.
_HELD_UP: Final = Seconds(30.0)
_LONGEST: Final = 200


class RefusedActions:
    """What was refused since it began, as long as it goes on."""

    def __init__(self) -> None:
        self._count = 0
        self._reason = ""
        self._last_at = Monotonic(float("-inf"))

    def count(self, number: int, reason: str, now: Monotonic) -> None:
        """So many were refused and removed."""
        if self._detail(now) is None:
            self._count, self._reason = 0, clean(reason, _LONGEST)
            log.error("the console left what was refused: %s", self._reason)
        self._count += number
        self._last_at = now

    def detail(self, waiting: Seconds, now: Monotonic) -> str | None:
        """Say what is wrong; `waiting`: for how long the oldest action has been lying there."""
        if waiting > _HELD_UP:
            return f"an action that a person took has been waiting for {waiting:.0f} s"
        return self._detail(now)

    def _detail(self, now: Monotonic) -> str | None:
        if now - self._last_at >= _TOLD_FOR:
            return None
        least = 10 ** (len(str(self._count)) - 1)  # a number that changes seldom
        return f"{least} or more were refused and removed, the first one for: {self._reason}"
