"""Detects threads of the gateway that have ended or hang.

It belongs to the loop, which systemd's watchdog supervises: no thread has to watch itself.
"""

from collections.abc import Callable
from typing import Final

from gateway.core.events import HealthStatus
from service.watched_thread import WatchedThread, faults_of, watched_threads
from wire.gateway_troubles import STOPPED_THREAD
from wire.ids import Monotonic, Seconds

_EVERY: Final = Seconds(5.0)


class ThreadWatch:
    """Puts a HealthStatus for each thread that ended or hangs, and when it runs again."""

    def __init__(self, put: Callable[[HealthStatus], None]) -> None:
        self._put = put
        self._threads: list[WatchedThread] = []
        self._told: set[str] = set()
        self._next = Monotonic(0.0)

    def begin(self) -> None:
        """From now on every thread that runs now must go on."""
        self._threads = watched_threads()

    def check(self, now: Monotonic) -> None:
        """Compare, if it is time; never waits."""
        if now < self._next:
            return
        self._next = Monotonic(now + _EVERY)
        found = faults_of(self._threads, now)
        for name, fault in found.items():
            if fault or name in self._told:
                self._put(HealthStatus(STOPPED_THREAD.name(name), fault))
        self._told = {name for name, fault in found.items() if fault}
