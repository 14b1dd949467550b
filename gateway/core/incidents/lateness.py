"""Of which presses it has been said that no endpoint took them in time.  Pure."""

from collections.abc import Sequence
from typing import Final

from gateway.core.incidents.alert import Alert
from gateway.core.values import Now
from wire.ids import AlertId, Wall
from wire.stage import DEADLINES, Stage

_LIMIT: Final = DEADLINES[Stage.DELIVERED]


class Lateness:
    """Says it once of each press."""

    def __init__(self) -> None:
        self._said: dict[AlertId, int] = {}

    def begun(self, late: Sequence[Alert], now: Now) -> list[tuple[Alert, Wall]]:
        """Return which of the alerts that are `late` were not yet, and when their time was over."""
        fresh = [alert for alert in late if self._said.get(alert.id, 0) < alert.presses]
        self._said = {alert.id: alert.presses for alert in late}
        return [(each, Wall(now.wall - (now.mono - each.heard_at - _LIMIT))) for each in fresh]
