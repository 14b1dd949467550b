"""The reports under way to an alarm centre: which event is next, and the outcome of each.  Pure.

Rule 1: an event is under way once, however many reports hold it.
Rule 2: a report ends when all of it is acknowledged or its time is over; a partial acknowledgement
        is reported every PROGRESS_EVERY, so that no lamp waits for the last room.
Rule 3: an event that the receiver cannot process is not tried again for REFUSED_FOR.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.events import Acknowledged, SendFailed
from gateway.core.formats.dc09.events import AlarmEvent
from gateway.core.values import Exchange, ReportId
from wire.ids import AlertId, Monotonic, Seconds

PROGRESS_EVERY: Final = Seconds(0.3)
REFUSED_FOR: Final = Seconds(60.0)
# Far more than the events of all incidents that can be open at once.
_MOST_TOLD: Final = 20_000
# Exchanges, of 8 kB at most, that no outcome has told of yet.
_MOST_UNTOLD: Final = 2_000
_IN_TIME: Final = "the receiver has not acknowledged all of it in time"
_REFUSED: Final = "the receiver cannot process this event (DUH)"

Outcome = Acknowledged | SendFailed


@dataclass(frozen=True, slots=True)
class PendingReport:
    """The events of one report, to be taken before `until`; `left` are those that are not yet."""

    flight: ReportId
    events: Sequence[AlarmEvent]
    began: Monotonic
    until: Monotonic
    left: dict[str, AlarmEvent]


class PendingReports:
    """All reports under way by one channel; `has_taken` says what the centre took before."""

    def __init__(self, has_taken: Callable[[str], bool]) -> None:
        self._has_taken = has_taken
        self._reports: dict[ReportId, PendingReport] = {}
        self._sending: set[str] = set()
        self._refused: dict[str, Monotonic] = {}
        self._told: dict[str, None] = {}
        self._exchanges: dict[str, Exchange] = {}

    def __bool__(self) -> bool:
        return bool(self._reports)

    def accept(
        self, flight: ReportId, events: Sequence[AlarmEvent], until: Monotonic, now: Monotonic
    ) -> None:
        """A report that is to be told."""
        left = {each.name: each for each in events if not self._has_taken(each.name)}
        self._reports[flight] = PendingReport(flight, events, now, until, left)

    def discard(self, flight: ReportId) -> None:
        """The outcome of a report is not awaited any more."""
        self._reports.pop(flight, None)

    def open_events(self) -> int:
        """Return how many events one report still has to tell."""
        return max((len(each.left) for each in self._reports.values()), default=0)

    def next_event(self, now: Monotonic) -> tuple[AlarmEvent, Monotonic] | None:
        """Return an event that should leave now, and its deadline; it is then under way."""
        for report in self._reports.values():
            for event in list(report.left.values()):
                if self._has_taken(event.name):  # by the other receiver of the centre
                    del report.left[event.name]
                elif event.name not in self._sending and not self._is_refused(event, now):
                    self._sending.add(event.name)
                    return event, report.until
        return None

    def acknowledged(self, event: AlarmEvent, exchange: Exchange | None = None) -> None:
        """The centre took an event, by this exchange."""
        if exchange:
            self._exchanges[event.name] = exchange._replace(alert=AlertId(event.alert))
            while len(self._exchanges) > _MOST_UNTOLD:
                del self._exchanges[next(iter(self._exchanges))]
        self._sending.discard(event.name)
        self._refused.pop(event.name, None)
        for report in self._reports.values():
            report.left.pop(event.name, None)

    def failed(self, event: AlarmEvent) -> None:
        """An event was not acknowledged, and is due again."""
        self._sending.discard(event.name)

    def refused(self, event: AlarmEvent, now: Monotonic) -> None:
        """The receiver cannot process an event."""
        self._sending.discard(event.name)
        self._refused[event.name] = Monotonic(now + REFUSED_FOR)

    def has_refused(self, now: Monotonic) -> bool:
        """True if the receiver has lately refused an event."""
        return any(now < until for until in self._refused.values())

    def outcomes(self, now: Monotonic) -> list[Outcome]:
        """Return what came of reports that end now, and of those that others should know of."""
        return [
            self._end(report, _IN_TIME, now)
            for report in list(self._reports.values())
            if self._is_over(report, now)
        ]

    def give_up(self, reason: str, now: Monotonic) -> list[Outcome]:
        """Nothing gets through: end every report."""
        return [self._end(report, reason, now) for report in list(self._reports.values())]

    def next_due(self, now: Monotonic) -> Monotonic:
        """When `outcomes` may next have something to say, if nothing happens before."""
        dues = [each.until for each in self._reports.values()]
        dues += [Monotonic(each.began + PROGRESS_EVERY) for each in self._reports.values()]
        return min((due for due in dues if due > now), default=Monotonic(float("inf")))

    def _is_over(self, report: PendingReport, now: Monotonic) -> bool:
        if now >= report.until or all(self._is_refused(e, now) for e in report.left.values()):
            return True
        return now >= report.began + PROGRESS_EVERY and bool(self._news_of(report))

    def _is_refused(self, event: AlarmEvent, now: Monotonic) -> bool:
        return now < self._refused.get(event.name, 0.0)

    def _news_of(self, report: PendingReport) -> list[AlarmEvent]:
        """Return the acknowledged events that no outcome has told of yet."""
        taken = (each for each in report.events if each.name not in report.left)
        return [each for each in taken if each.name not in self._told]

    def _end(self, report: PendingReport, reason: str, now: Monotonic) -> Outcome:
        """Return a receipt for what was taken; nothing of it: no answer, for `reason`."""
        del self._reports[report.flight]
        if any(self._is_refused(event, now) for event in report.left.values()):
            reason = _REFUSED
        taken = _alerts(report.events) - _alerts(report.left.values())
        news = self._news_of(report)
        if report.left and not news and not (taken and _alerts(report.left.values())):
            return SendFailed(report.flight, reason)
        self._told.update(dict.fromkeys(each.name for each in news))
        while len(self._told) > _MOST_TOLD:
            del self._told[next(iter(self._told))]
        names = [each.name for each in report.events if each.name in self._exchanges]
        exchanges = tuple(map(self._exchanges.pop, names))
        lacking = reason if report.left else ""
        return Acknowledged(report.flight, "ACK", frozenset(taken), lacking, exchanges)


def _alerts(events: Iterable[AlarmEvent]) -> set[AlertId]:
    return {AlertId(event.alert) for event in events if event.alert}
