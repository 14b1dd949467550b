"""The gateway's one inbox.  What is urgent wakes the loop; a heartbeat waits until it turns anyway.

Five hundred units beat fifty times a second: to be woken for each costs more than all the rest
that a gateway at rest does.
"""

from collections import deque
from queue import SimpleQueue
from typing import Any, Final

from service.events import Arrived
from wire.topics import is_heartbeat

# Beyond this the oldest give way: another follows in ten seconds.
_MOST_CALM: Final = 10_000


class Inbox:
    """Filled by any thread, emptied by the loop alone."""

    def __init__(self) -> None:
        self._urgent: SimpleQueue[Any] = SimpleQueue()
        self._calm: deque[Any] = deque(maxlen=_MOST_CALM)

    def put(self, event: Any) -> None:
        """Leave an event for the loop; also from a signal handler."""
        if isinstance(event, Arrived) and is_heartbeat(event.topic):
            self._calm.append(event)
        else:
            self._urgent.put(event)

    def get(self, timeout: float) -> Any:
        """Return the next urgent event; raises queue.Empty after `timeout` seconds."""
        return self._urgent.get(timeout=timeout) if timeout > 0 else self._urgent.get_nowait()

    def empty(self) -> bool:
        """True if nothing urgent lies there."""
        return self._urgent.empty()

    def calm(self) -> list[Any]:
        """Return all that could wait."""
        return [self._calm.popleft() for _ in range(len(self._calm))]
