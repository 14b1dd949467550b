"""What a receiver hears when nothing urgent is to be told: notices, periodic tests, link tests.

Decides what is next, and when; whoever asks sends it, and says what came of it.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from gateway.formats.dc09.events import Event
from wire.ids import Monotonic, Seconds

# After a failure nothing calm is tried for so long.
_AGAIN: Final = Seconds(5.0)
# What a school can have to tell while a line is down for long; then the oldest give way.
_MOST_WAITING: Final = 1000

LINK_TEST: Final = "link test"


class Calm:
    """The calm lane of one line.

    A notice waits `after` seconds, so that a stand-in leaves the first receiver its turn.  A link
    test is due when nothing was heard for `supervise` seconds, and `periodic` gives the periodic
    test that is due every `test_every` seconds, for the first time with the first link test.
    """

    def __init__(
        self,
        supervise: Seconds,
        after: Seconds,
        test_every: Seconds,
        periodic: Callable[[], Event],
        now: Monotonic,
    ) -> None:
        self._supervise = supervise
        self._after = after
        self._test_every = test_every
        self._periodic = periodic
        self._waiting: deque[tuple[Monotonic, Event]] = deque(maxlen=_MOST_WAITING)
        self._link_test_due = now
        self._periodic_due = now
        self._not_before = now

    def add(self, event: Event, now: Monotonic) -> None:
        """Something to tell once."""
        self._waiting.append((Monotonic(now + self._after), event))

    def next(self, now: Monotonic) -> Event | str | None:
        """Return what is to be told now: an event, LINK_TEST, or nothing."""
        if now < self.next_due():
            return None
        if now >= self._link_test_due:
            return LINK_TEST
        if now >= self._periodic_due:
            self._periodic_due = Monotonic(now + self._test_every)
            self._waiting.appendleft((now, self._periodic()))
        return self._waiting[0][1]

    def next_due(self) -> Monotonic:
        """When there may be something to tell."""
        first = self._waiting[0][0] if self._waiting else self._periodic_due
        return max(min(first, self._link_test_due, self._periodic_due), self._not_before)

    def told(self, event: Event) -> None:
        """An event needs not be told any more."""
        if self._waiting and self._waiting[0][1] == event:
            self._waiting.popleft()

    def heard(self, now: Monotonic) -> None:
        """The receiver acknowledged something: the line is there."""
        self._not_before = now
        self._link_test_due = Monotonic(now + self._supervise)

    def failed(self, now: Monotonic) -> None:
        """It did not: a link test that failed is repeated sooner than the next would be due."""
        self._not_before = self._link_test_due = Monotonic(now + _AGAIN)
