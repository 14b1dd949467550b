"""Tells other processes every 2 s which units the gateway hears, and which receivers it reaches."""

from typing import Final

from gateway.core.dispatcher import Dispatcher
from gateway.fleet.snapshot import SnapshotFile
from wire.ids import Monotonic, Seconds

# A dead unit must be red within 30 s, and counts as lost after 25: this is 2 of the other 5.
_EVERY: Final = Seconds(2.0)


class UnitsTold:
    """Writes to `file` what `dispatcher` knows; no heartbeat waits for it."""

    def __init__(self, file: SnapshotFile, dispatcher: Dispatcher, now: Monotonic) -> None:
        self._file = file
        self._dispatcher = dispatcher
        self._started = self._next = now

    def check(self, now: Monotonic) -> None:
        """Write if it is time to."""
        if now < self._next:
            return
        self._next = Monotonic(now + _EVERY)
        self._file.write(self._started, self._dispatcher.proven, self._dispatcher.units_said())
