"""When live frames to a receiver fail for so long that a person must hear of it."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final

from gateway.core.events import HealthStatus
from wire.ids import EndpointName, Seconds
from wire.receiver_troubles import LIVE_FRAMES

_AGAIN: Final = (Seconds(0.5), Seconds(1.0), Seconds(2.0), Seconds(5.0))
# So many failures in a row are a trouble.
_TOLD: Final = 5


class Failures:
    """The failures in a row of each part of the work; puts the HealthStatus when it changes."""

    def __init__(self, endpoint: EndpointName, put: Callable[[HealthStatus], None]) -> None:
        self._name = LIVE_FRAMES.name(endpoint)
        self._put = put
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._standing: dict[str, str] = {}
        self._told: str | None = None

    def note(self, part: str, fault: str | None) -> Seconds:
        """A part went wrong, or well; return how long to wait before it is tried again."""
        with self._lock:
            if fault is None:
                del self._counts[part]
                self._standing.pop(part, None)
            else:
                self._counts[part] += 1
                if self._counts[part] >= _TOLD:
                    self._standing.setdefault(part, fault)
            words = next(iter(self._standing.values()), None)
            if words != self._told:
                self._told = words
                self._put(HealthStatus(self._name, words))
            failed = self._counts[part]
        return _AGAIN[min(failed, len(_AGAIN)) - 1] if failed else Seconds(0.0)
