"""The gateway's one inbox: what other threads put into it, and what comes at its sockets.

The loop waits here alone, for the sockets of its links and of its connections to endpoints, and for
a wake-up from other threads.  What comes there is read in the loop's own thread.  What is urgent
ends the wait; a heartbeat is kept until the loop turns anyway: to turn for each of five hundred
units costs more than all the rest that a gateway at rest does.  How a part stands is no event: its
newest word stands here until it says another one.
"""

import os
import select
import time
import weakref
from collections import deque
from typing import Any, Final

from gateway.core.events import HealthStatus
from service.events import MessageReceived
from service.polled import Polled
from wire.topics import is_heartbeat
from wire.trouble import TroubleName

# Beyond this the oldest give way: another follows in ten seconds.
_MOST_LOW_PRIORITY: Final = 10_000
# So long links are read, each in its turn, before the loop has its own: a broker that floods one of
# them delays what another one brings by no more.
_LONGEST_READ_S: Final = 0.25
# A link notices a silent broker, and a connection how slowly it moves, only when they are asked.
_LONGEST_WAIT_S: Final = 0.25


class Inbox:
    """Filled by any thread, emptied by the loop alone."""

    def __init__(self) -> None:
        self._urgent: deque[Any] = deque()
        self._low_priority: deque[Any] = deque(maxlen=_MOST_LOW_PRIORITY)
        self._said: dict[TroubleName, HealthStatus] = {}
        self._polled: list[Polled] = []
        self._waits = False
        self._wake_up = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        weakref.finalize(self, os.close, self._wake_up)

    def watch(self, part: Polled) -> None:
        """Wait for this part's socket, too."""
        self._polled.append(part)

    def unwatch(self, part: Polled) -> None:
        """Wait for it no more."""
        self._polled.remove(part)

    def put(self, event: Any) -> None:
        """Leave an event for the loop; also from a signal handler."""
        if isinstance(event, MessageReceived) and is_heartbeat(event.topic):
            self._low_priority.append(event)
            return
        if isinstance(event, HealthStatus):
            self._said[event.name] = event
            return
        self._urgent.append(event)
        if self._waits:
            self.wake()

    def wake(self) -> None:
        """End the wait: a part has a new socket, or there is an event."""
        os.eventfd_write(self._wake_up, 1)

    def take(self, within: float, most: int) -> list[Any]:
        """Return the urgent events, `most` of them at most; wait for one `within` so many seconds.

        What lies at the links' sockets is read first, so that it is handled together.
        """
        until = time.monotonic() + within
        while not self._urgent and (left := until - time.monotonic()) > 0:
            self._read(min(left, _LONGEST_WAIT_S))
        until = time.monotonic() + _LONGEST_READ_S
        while len(self._urgent) < most and self._read(0.0) and time.monotonic() < until:
            pass
        return [self._urgent.popleft() for _ in range(min(most, len(self._urgent)))]

    def empty(self) -> bool:
        """True if nothing urgent lies here or at a link's socket."""
        return not self._urgent and not (self._read(0.0) and self._urgent)

    def low_priority(self) -> list[Any]:
        """Return all that could wait."""
        return [self._low_priority.popleft() for _ in range(len(self._low_priority))]

    def statuses(self) -> list[HealthStatus]:
        """Return how each part stands by its newest word."""
        return list(self._said.values())

    def _read(self, within: float) -> bool:
        """Wait, and have each part handle what came for it; True if there may be more."""
        poll = select.poll()
        poll.register(self._wake_up, select.POLLIN)
        parts = [(part, part.register(poll)) for part in self._polled]
        self._waits = within > 0
        is_ready = self._urgent or any(part.has_input() for part in self._polled)
        ready: dict[int | None, int] = dict(poll.poll(0 if is_ready else within * 1000))
        self._waits = False
        if ready.pop(self._wake_up, 0):
            os.eventfd_read(self._wake_up)
        found = [part.serve(ready.get(descriptor, 0)) for part, descriptor in parts]
        return any(found)
