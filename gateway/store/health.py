"""Whether the disk accepts writes.  A disk that hangs counts as failed.

A call to the disk may return after a minute, so the loop checks the clock in the meantime.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from gateway.core.events import StoreFailed, StoreRecovered
from wire.ids import Monotonic, Seconds

log = logging.getLogger(__name__)

# A slow card needs half a second for a commit; who waits longer is told without the disk.
HANGS: Final = Seconds(1.5)
_HANGS_WORDS: Final = f"the disk has not answered for {HANGS:g} s"
# A disk that failed is asked again after so long, and each time twice as long: what waits for it
# is written anew each time.
_RETRY: Final = Seconds(0.25)
_LAST_RETRY: Final = Seconds(4.0)


class DiskHealth:
    """Puts StoreFailed and StoreRecovered, and logs, once as the state changes.

    `asked`, `answered` and `failed` are the store's thread's, `check` is the loop's.
    """

    def __init__(self, put: Callable[[StoreFailed | StoreRecovered], None]) -> None:
        self._put = put
        self._lock = threading.Lock()
        self._asked_at: Monotonic | None = None
        self._reason = ""
        self._retry = _RETRY

    @property
    def fault(self) -> str | None:
        """Why the disk fails; None again as soon as it answers."""
        return self._reason or None

    def asked(self, now: Monotonic) -> None:
        """The disk is about to be asked."""
        with self._lock:
            self._asked_at = now

    def answered(self) -> bool:
        """The disk took what it was given; True if it had not before."""
        with self._lock:
            recovers, self._reason = bool(self._reason), ""
            self._asked_at, self._retry = None, _RETRY
            if recovers:
                log.info("writing to the database works again")
                self._put(StoreRecovered())
            return recovers

    def failed(self, reason: str) -> Seconds:
        """The disk refused; return how long to wait before it is asked again."""
        with self._lock:
            self._asked_at = None
            wait, self._retry = self._retry, Seconds(min(self._retry * 2, _LAST_RETRY))
            self._tell(reason)
            return wait

    def check(self, now: Monotonic) -> None:
        """Take a disk that does not answer for one that failed."""
        asked_at = self._asked_at
        if asked_at is None or now - asked_at < HANGS or self._reason:
            return
        with self._lock:
            if self._asked_at == asked_at:
                self._tell(_HANGS_WORDS)

    def _tell(self, reason: str) -> None:
        if reason != self._reason:
            self._reason = reason
            log.error("could not write to the database: %s", reason)
            self._put(StoreFailed(reason))
