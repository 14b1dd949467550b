"""How each alert stands, and which progress its unit may therefore be sent.  Pure.

Rule 1: RECEIVED is sent only when the disk has the alert.
Rule 2: DELIVERED is sent only for a receipt that covers its newest press, and after RECEIVED; while
        the disk takes nothing, at once, because the lamp follows the receipt.
Rule 3: an alert is late until a receipt covers its newest press, whatever persons do: neither an
        answer nor an end at the school brings it to anybody outside.
"""

from collections.abc import Iterable, Sequence

from gateway.core.effects import KeepMoments, SendProgress
from gateway.core.events import Committed, StoreFailed, StoreRecovered
from gateway.core.incidents.alert import Alert
from gateway.core.moments import STORED, Moment
from gateway.core.values import Now
from wire.ids import AlertId
from wire.stage import DEADLINES, Stage


class Progress:
    """The alerts that no endpoint has taken yet, and those whose unit has not been told so."""

    def __init__(self) -> None:
        self._undelivered: dict[AlertId, Alert] = {}
        self._untold: dict[AlertId, Alert] = {}
        self._store_fails = False

    def watch(self, alert: Alert) -> None:
        """A new alert, or a new press on one, that no endpoint has."""
        self._undelivered[alert.id] = self._untold[alert.id] = alert

    def rehearse(self, alert: Alert) -> None:
        """A press that is no emergency: its unit alone is told, and nobody is late."""
        self._untold[alert.id] = alert

    def forget(self, alert: Alert) -> None:
        """A press that was no emergency is over."""
        self._untold.pop(alert.id, None)

    def disk(
        self, news: Committed | StoreFailed | StoreRecovered
    ) -> list[SendProgress | KeepMoments]:
        """The disk has these alerts, or takes nothing, or works again."""
        if isinstance(news, StoreFailed):
            return [*self._store_failed()]
        self._store_fails = False
        return self._kept(news) if isinstance(news, Committed) else []

    def _kept(self, kept: Committed) -> list[SendProgress | KeepMoments]:
        work: list[SendProgress | KeepMoments] = []
        stored: list[Moment] = []
        for name, unit, stage, answer, presses in kept.alerts:
            alert = self._untold.get(name)
            if alert is None or alert.presses > presses:
                work.append(SendProgress(unit, name, stage, answer, presses))
                continue
            if not alert.held and kept.at is not None:
                stored.append(Moment(name, presses, STORED, kept.at))
            alert.held = True
            alert.advance(stage)
            alert.answered(answer)
            work.append(progress_of(alert)._replace(stage=Stage.RECEIVED, presses=presses))
            if alert.stage >= Stage.DELIVERED:
                work.append(progress_of(alert))
                del self._untold[name]
        return [*work, KeepMoments(tuple(stored))] if stored else work

    def sent(self, alerts: Iterable[tuple[AlertId, int]]) -> list[SendProgress]:
        """A receipt covers these alerts with so many presses."""
        work: list[SendProgress] = []
        for name, presses in alerts:
            alert = self._undelivered.get(name)
            if alert is None or alert.presses > presses:
                continue
            del self._undelivered[name]
            alert.advance(Stage.DELIVERED)
            if alert.held or self._store_fails:
                work.append(progress_of(alert))
            if alert.held:
                self._untold.pop(name, None)
        return work

    def _store_failed(self) -> list[SendProgress]:
        """Said once, for who is sent later is told at once."""
        if self._store_fails:
            return []
        self._store_fails = True
        return [
            progress_of(alert) for alert in self._untold.values() if alert.stage >= Stage.DELIVERED
        ]

    def repeated(self, alert: Alert) -> list[SendProgress]:
        """Its unit tells it again, which may not have heard: no disk that fails answers that."""
        unanswered = self._store_fails and not alert.held and alert.stage >= Stage.DELIVERED
        return [progress_of(alert)] if unanswered else []

    def late(self, now: Now) -> Sequence[Alert]:
        """Return the alerts that an endpoint should have taken by now, open or closed."""
        limit = DEADLINES[Stage.DELIVERED]
        return [alert for alert in self._undelivered.values() if now.mono - alert.heard_at >= limit]


def progress_of(alert: Alert) -> SendProgress:
    """Tell an alert's unit how it stands."""
    stands = alert.stage, alert.answer, alert.presses, alert.mode
    return SendProgress(alert.unit, alert.id, *stands)
