"""What a receiver is sent while no report is owed: notices, periodic tests, link tests.

Decides what is next, and when; the sender sends it and reports the outcome.  Link tests and events
do not wait for each other's success: a receiver that ignores the one gets the other.
"""

from collections import deque
from collections.abc import Callable
from typing import Final, Literal

from gateway.core.formats.dc09.events import AlarmEvent
from wire.ids import Monotonic, Seconds

Supervision = Literal["null", "event", "none"]
"""By what the line is tested: the NULL message, a test event, or nothing."""

# What failed is tried again after so long.
_AGAIN: Final = Seconds(5.0)
# What a school can have to tell while a line is down for long; then the oldest give way.
_MOST_WAITING: Final = 1000
_NEVER: Final = Monotonic(float("inf"))

LINK_TEST: Final = "link test"


class BackgroundLane:
    """What waits for one receiver.

    A notice waits `after` seconds, so that a backup leaves the first receiver its turn.  The line
    is tested when nothing was acknowledged for `every` seconds, and `periodic` gives the periodic
    test that is due every `test_every` seconds, for the first time with the first link test.
    """

    def __init__(
        self,
        supervision: Supervision,
        every: Seconds,
        after: Seconds,
        test_every: Seconds,
        periodic: Callable[[], AlarmEvent],
        now: Monotonic,
    ) -> None:
        self._after = after
        self._waiting: deque[tuple[Monotonic, AlarmEvent]] = deque(maxlen=_MOST_WAITING)
        self._every = every if supervision == "null" else _NEVER
        self._link_test_due = now if supervision == "null" else _NEVER
        self._quiet = every if supervision == "event" else _NEVER
        self._test_every = test_every
        self._periodic = periodic
        self._periodic_due = now
        self._events_from = now

    def add(self, event: AlarmEvent, now: Monotonic) -> None:
        """Something to tell once."""
        self._waiting.append((Monotonic(now + self._after), event))

    def next(self, now: Monotonic) -> AlarmEvent | str | None:
        """Return what is to be sent now: an event, LINK_TEST, or nothing."""
        if now >= self._link_test_due:
            return LINK_TEST
        if now < self._next_event():
            return None
        if now >= self._periodic_due:
            self._periodic_due = Monotonic(now + min(self._test_every, self._quiet))
            self._waiting.appendleft((now, self._periodic()))
        return self._waiting[0][1]

    def next_due(self) -> Monotonic:
        """When there may be something to send."""
        return min(self._link_test_due, self._next_event())

    def sent(self, event: AlarmEvent) -> None:
        """An event is done with."""
        if self._waiting and self._waiting[0][1] == event:
            self._waiting.popleft()

    def acknowledged(self, now: Monotonic) -> None:
        """The receiver gave a sign of life: it needs no test for a while."""
        self._events_from = now
        self._link_test_due = Monotonic(now + self._every)
        if self._quiet < _NEVER:
            self._periodic_due = Monotonic(now + min(self._test_every, self._quiet))

    def link_test_failed(self, now: Monotonic) -> None:
        """It had no answer: the line is tested again sooner than would be due."""
        self._link_test_due = Monotonic(now + _AGAIN)

    def event_failed(self, event: AlarmEvent, now: Monotonic) -> None:
        """An event was not taken: others go first, but for those that tell what became of it."""
        self._events_from = Monotonic(now + _AGAIN)
        mine = [each for each in self._waiting if _subject(each[1]) == _subject(event)]
        others = [each for each in self._waiting if each not in mine]
        self._waiting = deque([*others, *mine], _MOST_WAITING)

    def _next_event(self) -> Monotonic:
        first = self._waiting[0][0] if self._waiting else _NEVER
        return max(min(first, self._periodic_due), self._events_from)


def _subject(event: AlarmEvent) -> str:
    return event.name.removesuffix("/over")
