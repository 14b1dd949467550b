"""The gateway's one inbox.  What is urgent wakes the loop; a heartbeat waits until it turns anyway.

Five hundred units beat fifty times a second: to be woken for each costs more than all the rest
that a gateway at rest does.
"""

from collections import deque
from queue import SimpleQueue
from typing import Any, Final

from service.events import MessageReceived
from wire.topics import is_heartbeat

# Beyond this the oldest give way: another follows in ten seconds.
_MOST_LOW_PRIORITY: Final = 10_000


class Inbox:
    """Filled by any thread, emptied by the loop alone."""

    def __init__(self) -> None:
        self._urgent: SimpleQueue[Any] = SimpleQueue()
        self._low_priority: deque[Any] = deque(maxlen=_MOST_LOW_PRIORITY)

    def put(self, event: Any) -> None:
        """Leave an event for the loop; also from a signal handler."""
        if isinstance(event, MessageReceived) and is_heartbeat(event.topic):
            self._low_priority.append(event)
        else:
            self._urgent.put(event)

    def get(self, timeout: float) -> Any:
        """Return the next urgent event; raises queue.Empty after `timeout` seconds."""
        return self._urgent.get(timeout=timeout) if timeout > 0 else self._urgent.get_nowait()

    def empty(self) -> bool:
        """True if nothing urgent is queued."""
        return self._urgent.empty()

    def low_priority(self) -> list[Any]:
        """Return all that could wait."""
        return [self._low_priority.popleft() for _ in range(len(self._low_priority))]
