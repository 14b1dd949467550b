"""Detects a contact that closes faster than any hand can press it: a loose wire or a worn contact.

Pure.  A chattering contact still alarms: the first presses count, and after that one per interval,
so that an alert that somebody closed is raised again.  The presses between are dropped, because
each one would be a report to the police.
"""

from collections import deque
from typing import Final

from wire.ids import Monotonic, Seconds

# Somebody in need may press as fast as they can: that many count within so long.
FEW: Final = 10
WITHIN: Final = Seconds(10.0)
# Then one in so long; and so long without one, and it is over.
ONE_IN: Final = Seconds(15.0)
OVER_AFTER: Final = Seconds(60.0)


class Chatter:
    """The presses of one contact in the last seconds."""

    def __init__(self) -> None:
        self._presses: deque[Monotonic] = deque(maxlen=FEW)
        self._counted_at = Monotonic(float("-inf"))
        self._chatters = False

    def counts(self, now: Monotonic) -> bool:
        """The contact closed as for a press: True if it counts as one."""
        crowded = len(self._presses) == FEW and now - self._presses[0] < WITHIN
        self._chatters = crowded or self.lasts(now)
        self._presses.append(now)
        if self._chatters and now - self._counted_at < ONE_IN:
            return False
        self._counted_at = now
        return True

    def lasts(self, now: Monotonic) -> bool:
        """True while a person should check the contact."""
        return self._chatters and now - self._presses[-1] < OVER_AFTER
