"""How far each alert got, and what its unit may therefore be told.  Pure.

Rule 1: RECEIVED is told only when the disk has the alert.
Rule 2: SENT is told only for a receipt that covers its newest press, and after RECEIVED; while the
        disk takes nothing, at once, for the lamp follows the receipt.
"""

from collections.abc import Iterable, Sequence

from gateway.incident import Alert
from gateway.work import Kept, Now, Tell
from wire.ids import AlertId
from wire.stage import PATIENCE, Stage


class Progress:
    """The alerts that no endpoint has taken yet, or whose unit has not been told so."""

    def __init__(self) -> None:
        self._unsent: dict[AlertId, Alert] = {}
        self._store_fails = False

    def watch(self, alert: Alert) -> None:
        """A new alert, or a new press on one."""
        self._unsent[alert.id] = alert

    def kept(self, kept: Kept) -> list[Tell]:
        """The disk has these alerts."""
        self._store_fails = False
        work: list[Tell] = []
        for name, unit, stage, presses in kept.alerts:
            alert = self._unsent.get(name)
            if alert is None or alert.presses > presses:
                work.append(Tell(unit, name, stage, presses))
                continue
            alert.held = True
            alert.climb(stage)
            work.append(Tell(unit, name, Stage.RECEIVED, presses))
            if alert.stage >= Stage.SENT:
                work.append(Tell(unit, name, alert.stage, presses))
                del self._unsent[name]
        return work

    def sent(self, alerts: Iterable[tuple[AlertId, int]]) -> list[Tell]:
        """A receipt covers these alerts with so many presses."""
        work: list[Tell] = []
        for name, presses in alerts:
            alert = self._unsent.get(name)
            if alert is None or alert.presses > presses:
                continue
            alert.climb(Stage.SENT)
            if alert.held or self._store_fails:
                work.append(Tell(alert.unit, name, Stage.SENT, presses))
            if alert.held:
                del self._unsent[name]
        return work

    def store_failed(self) -> list[Tell]:
        """The disk takes nothing; said once, for who is sent later is told at once."""
        if self._store_fails:
            return []
        self._store_fails = True
        sent = (alert for alert in self._unsent.values() if alert.stage >= Stage.SENT)
        return [Tell(alert.unit, alert.id, alert.stage, alert.presses) for alert in sent]

    def store_works(self) -> None:
        """The disk takes what it is given."""
        self._store_fails = False

    def late(self, now: Now) -> Sequence[Alert]:
        """Return the alerts that should have been taken by now."""
        limit = PATIENCE[Stage.SENT]
        return [
            alert
            for alert in self._unsent.values()
            if alert.stage < Stage.SENT and now.mono - alert.heard_at >= limit
        ]
