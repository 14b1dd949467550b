"""Detects threads of the gateway that have ended or hang.

It belongs to the loop, which systemd's watchdog supervises: no thread has to watch itself.
"""

from typing import Final

from gateway.core.events import HealthStatus
from service.watched_thread import WatchedThread, faults_of, watched_threads
from wire.gateway_troubles import STOPPED_THREAD
from wire.ids import Monotonic, Seconds

_EVERY: Final = Seconds(5.0)


class ThreadWatch:
    """Knows which threads have ended or hang."""

    def __init__(self) -> None:
        self._threads: list[WatchedThread] = []
        self._found: dict[str, str | None] = {}
        self._next = Monotonic(0.0)

    def begin(self) -> None:
        """From now on every thread that runs now must go on."""
        self._threads = watched_threads()

    def check(self, now: Monotonic) -> None:
        """Compare, if it is time; never waits."""
        if now < self._next:
            return
        self._next = Monotonic(now + _EVERY)
        self._found = faults_of(self._threads, now)

    def statuses(self) -> list[HealthStatus]:
        """Return how each thread stood at the last look."""
        found = self._found.items()
        return [HealthStatus(STOPPED_THREAD.name(name), fault) for name, fault in found]
