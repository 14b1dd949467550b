"""A thread that repeats one action for as long as the process lives.

What the action raises becomes an event (service/guard.py), and the next turn comes all the same.
"""

import threading
from collections.abc import Callable

from service.events import CallbackFailed
from service.guard import guarded
from service.watched_thread import WatchedThread, must_end_within
from wire.ids import Seconds

AT_ONCE = Seconds(0.0)
PATIENCE = Seconds(300.0)
# For an action that serves until something ends it.
UNBOUNDED = Seconds(float("inf"))


class Periodic:
    """Does `action` in a thread called `name`, `first` seconds after the start, and then again
    `every` so many seconds after each turn; `every` may be changed by the action.  A turn of more
    than `patience` hangs (watched_thread.py).
    """

    def __init__(
        self,
        name: str,
        every: Seconds,
        action: Callable[[], None],
        put: Callable[[CallbackFailed], None],
        first: Seconds = AT_ONCE,
        patience: Seconds = PATIENCE,
    ) -> None:
        self._patience = patience
        self.every = every
        self._name = name
        self._action = guarded(action, put)
        self._first = first
        self._woken = threading.Event()

    def start(self) -> None:
        """Begin; returns at once."""
        WatchedThread(self._name, self._run).start()

    def wake(self) -> None:
        """Run the next turn at once; from any thread."""
        self._woken.set()

    def _run(self) -> None:
        self._woken.wait(self._first)
        while True:
            self._woken.clear()
            with must_end_within(self._patience):
                self._action()
            self._woken.wait(self.every)
