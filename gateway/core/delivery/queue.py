"""What one channel still has to deliver of one incident, and when.  Pure.

Rule 1: nothing owed is dropped before a receipt of the endpoint names it; retries never stop.
Rule 2: a new alert gets an immediate try, whatever failed before.  After BURST reports in a row it
        waits for its neighbours, PACE at most: a storm costs a few dozen reports.
Rule 3: pictures have a lane of their own, and leave right behind the receipt for the alerts.
Rule 4: a report that is refused for what it says is told in portions (`portions.py`).
Rule 5: a channel that stands in for another owes the same, but only `after` some time, and without
        what the other has delivered in the meantime.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from gateway.core.delivery import waits
from gateway.core.delivery.attempt import Attempt, InFlight, Portion, Settled
from gateway.core.delivery.portions import Portions
from gateway.core.delivery.waits import NEVER, NO_WAIT
from gateway.core.formats.report import Picture
from wire.ids import AlertId, Monotonic, Seconds

# Pictures wait in memory for an endpoint that is away; beyond this the oldest give way.
MOST_WAITING: Final = 64
_LONG_AGO: Final = Monotonic(-1.0)


@dataclass(slots=True)
class DeliveryQueue:
    """The state of one channel for one incident; what comes in is due `after` so many seconds.

    `newest` is the highest version that has left by this channel, or that its endpoint holds.
    """

    after: Seconds = NO_WAIT
    owed: dict[AlertId, int] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    failures: int = 0
    newest: int = 0
    _later: dict[AlertId, tuple[int, Monotonic]] = field(default_factory=dict)
    _changes: int = 0
    _told: int = 0
    _news_due: Monotonic = _LONG_AGO
    _fresh: bool = False
    _flights: dict[int, InFlight] = field(default_factory=dict)
    _left_at: Monotonic = _LONG_AGO
    _paced_until: Monotonic = _LONG_AGO
    _next_try: Monotonic = _LONG_AGO
    _next_pictures: Monotonic = _LONG_AGO
    _portions: Portions = field(default_factory=Portions)

    def owe(self, alert: AlertId, presses: int, now: Monotonic) -> None:
        """A new alert, or further presses on one: due at once, or after the time agreed."""
        if self.after:
            self._later[alert] = presses, Monotonic(now + self.after)
        else:
            self._owe_now(alert, presses)

    def changed(self, changes: int, now: Monotonic) -> None:
        """The incident has news up to `changes`."""
        if self._told >= self._changes:
            self._news_due = Monotonic(now + self.after)
        self._changes = changes

    def add_picture(self, picture: Picture, now: Monotonic) -> None:
        """A picture that this endpoint has not got yet."""
        if not self.pictures and self.after:
            self._next_pictures = Monotonic(now + self.after)
        self.pictures.append(picture)
        del self.pictures[:-MOST_WAITING]

    def release(self, alert: AlertId) -> int:
        """Owe an alert no more; return how many presses of it were owed."""
        return max(self.owed.pop(alert, 0), self._later.pop(alert, (0, NEVER))[0])

    def relieve(self, landing: Settled) -> None:
        """Another channel has delivered so much to the endpoint: it is owed no longer."""
        self._settle(landing.alerts)
        self._told = max(self._told, landing.changes)
        self.pictures = [each for each in self.pictures if each not in landing.pictures]

    def has_told(self, changes: int) -> bool:
        """True if the endpoint has heard the news up to `changes`."""
        return self._told >= changes

    @property
    def settled(self) -> bool:
        """True if the endpoint has everything."""
        return not (self.owed or self._later or self.pictures or self._flights or self._has_news())

    def plan(self, now: Monotonic) -> Attempt | None:
        """Return the report that should leave now, if any."""
        for alert in [alert for alert, (_, due) in self._later.items() if now >= due]:
            self._owe_now(alert, self._later.pop(alert)[0])
        if now >= self._text_due():
            return Attempt("alerts", (), self._portion(alone=not self._has_news()))
        if now >= self._pictures_due():
            shown = tuple(self.pictures[: self._portions.pictures])
            return Attempt("pictures", shown, self._portion(alone=False))
        return None

    def next_due(self) -> Monotonic:
        """When `plan` or `overdue` may next have something to say."""
        later = min((due for _, due in self._later.values()), default=NEVER)
        flights = (flight.until for flight in self._flights.values())
        return min(self._text_due(), self._pictures_due(), later, *flights)

    def launched(self, version: int, plan: Attempt, told: int, now: Monotonic) -> None:
        """The planned report leaves as `version`, and tells so many alerts."""
        until = Monotonic(now + waits.DEADLINES[plan.lane])
        asked = {name: self.owed[name] for name in plan.portion.alerts if name in self.owed}
        flight = InFlight(plan, told, asked, self._changes, until, Monotonic(now + waits.WHOLE))
        self._flights[version] = flight
        self.newest = max(self.newest, version)
        self.pictures = self.pictures[len(plan.pictures) :]
        if plan.lane == "alerts":
            self._fresh = False
            self._left_at = now
            self._paced_until = Monotonic(max(self._paced_until, now) + waits.PACE)

    def moved(self, version: int, now: Monotonic) -> None:
        """Part of the report reached the peer, or part of its answer came: restart its deadline."""
        if flight := self._flights.get(version):
            flight.until = min(Monotonic(now + waits.DEADLINES[flight.plan.lane]), flight.at_most)

    def landed(
        self,
        version: int,
        named: AbstractSet[AlertId] | None,
        now: Monotonic,
        *,
        is_part: bool = False,
    ) -> Settled | None:
        """A receipt came: return what it settled; None if it names nothing of what was asked.

        One that comes after its time was up settles nothing: all is told again by then.  What is
        left after progress (`is_part`: the receipt itself says so) leaves at once.
        """
        flight = self._flights.pop(version, None)
        if flight is None:
            return Settled((), 0, ())
        asked = [(alert, count) for alert, count in flight.alerts.items() if alert in self.owed]
        covered = tuple(each for each in asked if named is None or each[0] in named)
        self._settle(covered)
        self._portions.was_taken(alert for alert, _ in covered)
        if is_part or len(covered) < len(asked):
            self._put_back(flight)
            if asked and not covered:
                self._wait(now, NO_WAIT)
                return None
            self._go_on(now)
            return Settled(covered, 0, (), flight.plan.lane)
        self._go_on(now)
        self._told = max(self._told, flight.changes)
        return Settled(covered, flight.changes, flight.plan.pictures, flight.plan.lane)

    def overtaken(self, version: int, held: int, now: Monotonic) -> bool:
        """A receipt came, but the endpoint has a newer version, `held`: it settles nothing.

        True if that is none of ours: then all is told again, above it.
        """
        flight = self._flights.pop(version, None)
        if flight is None:
            return False
        self._put_back(flight)
        if held <= self.newest:
            return False
        self.newest = held
        self._wait(now, NO_WAIT)
        return True

    def failed(
        self, version: int, now: Monotonic, wait: Seconds = NO_WAIT, *, lasting: bool = False
    ) -> None:
        """No receipt came; the endpoint asks for a pause of `wait` seconds (Retry-After).

        `lasting`: the report was refused for what it is; less of it goes at once.
        """
        flight = self._flights.pop(version, None)
        if flight is None:
            return
        if not lasting or len(flight.plan.pictures) != 1:  # one that is refused alone is let go
            self._put_back(flight)
        self._wait(now, wait)
        if lasting and self._portions.was_refused(flight, self.owed):
            self._next_try = now

    def set_aside(self, now: Monotonic) -> None:
        """The report could not be written: try again later, or with the next press."""
        self._fresh = False
        self._wait(now, waits.SET_ASIDE)

    def overdue(self, now: Monotonic) -> list[int]:
        """Return the versions whose attempts have run out of time; each has then failed."""
        late = [version for version, flight in self._flights.items() if now >= flight.until]
        for version in late:
            self.failed(version, now)
        return late

    def _owe_now(self, alert: AlertId, presses: int) -> None:
        self.owed[alert] = presses
        self._fresh = self._fresh or alert not in self._portions.refused

    def _portion(self, *, alone: bool) -> Portion:
        flying = {alert for flight in self._flights.values() for alert in flight.alerts}
        return self._portions.choose(self.owed, flying, alone=alone)

    def _settle(self, alerts: Iterable[tuple[AlertId, int]]) -> None:
        for alert, presses in alerts:
            if self.owed.get(alert, presses + 1) <= presses:
                del self.owed[alert]
            if alert in self._later and self._later[alert][0] <= presses:
                del self._later[alert]

    def _has_news(self) -> bool:
        return not self.has_told(self._changes)

    def _text_due(self) -> Monotonic:
        if not (self.owed or self._has_news()):
            return NEVER
        flying = sum(flight.plan.lane == "alerts" for flight in self._flights.values())
        if not flying and self._fresh:
            return Monotonic(self._paced_until - waits.BURST * waits.PACE)
        if not flying:
            return self._calm_due()
        if self._fresh and flying < waits.MOST_FLIGHTS:
            return Monotonic(self._left_at + waits.OVERTAKE)
        return NEVER

    def _calm_due(self) -> Monotonic:
        return self._next_try if self.owed else max(self._next_try, self._news_due)

    def _pictures_due(self) -> Monotonic:
        owing = self._portions.takes_any(self.owed) or self._has_news()
        busy = not self.pictures or self._flights or owing
        return NEVER if busy else self._next_pictures

    def _put_back(self, flight: InFlight) -> None:
        self.pictures = [*flight.plan.pictures, *self.pictures][-MOST_WAITING:]

    def _go_on(self, now: Monotonic) -> None:
        self.failures = 0
        self._next_try = self._next_pictures = now

    def _wait(self, now: Monotonic, asked: Seconds) -> None:
        pause = max(asked, waits.RETRIES[min(self.failures, len(waits.RETRIES) - 1)])
        self.failures += 1
        self._next_try = self._next_pictures = Monotonic(now + pause)
