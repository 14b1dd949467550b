"""The trouble that a part of this process fails again and again.  Pure."""

from typing import Final

from gateway.core.supervision.troubles import Troubles
from gateway.core.values import Now
from service.events import CallbackFailed
from wire.gateway_troubles import INTERNAL_ERROR
from wire.ids import Monotonic, Seconds

# A part that has failed again and again does so within this time.
_TOLD_FOR: Final = Seconds(600.0)


class InternalErrors:
    """When a part failed last; nothing did before `since`."""

    def __init__(self, troubles: Troubles, since: Monotonic) -> None:
        self._troubles = troubles
        self._failed_at = since

    def failed(self, event: CallbackFailed, now: Now) -> None:
        """A part failed just now."""
        self._failed_at = now.mono
        words = f"{event.where}: {event.error}"
        self._troubles.start(INTERNAL_ERROR.name(), words, now.wall)

    def tick(self, now: Now) -> None:
        """It is over once nothing has failed for a while."""
        if now.mono - self._failed_at >= _TOLD_FOR:
            self._troubles.end(INTERNAL_ERROR.name(), now.wall)
