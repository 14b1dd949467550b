"""What one endpoint still has to be told of one incident, and when.  Pure.

Rule 1: nothing owed is forgotten before the endpoint's receipt names it; retries never stop.
Rule 2: a new alert gets an immediate try, whatever failed before.  Only when BURST reports have
        left in a row does it wait for its neighbours, PACE at most: so a storm costs a few dozen
        reports, not thousands.
Rule 3: pictures ride along with alerts only while nothing has failed; else in a lane of their own.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from gateway.report import Picture
from wire.ids import AlertId, Monotonic, Seconds

Lane = Literal["alerts", "pictures"]

# However many press, at most BURST and then 33 reports a second leave for one endpoint.
PACE: Final = Seconds(0.03)
BURST: Final = 8
# A new alert does not wait for an endpoint that has been silent for this long: it overtakes.
OVERTAKE: Final = Seconds(0.5)
MOST_FLIGHTS: Final = 3
# Seconds to wait after the first, second, … failure in a row; the last one for ever after.
RETRIES: Final = (Seconds(0.1), Seconds(0.5), Seconds(1.0), Seconds(2.0), Seconds(4.0))
# Total time of one attempt (facts, reliability 6): pictures may need a slow line.
DEADLINES: Final[Mapping[Lane, Seconds]] = {"alerts": Seconds(4.0), "pictures": Seconds(20.0)}
# At 200 kB each, what an ordinary school line carries within the deadline.
MOST_PICTURES: Final = 4
# Pictures wait in memory for an endpoint that is away; beyond this the oldest give way.
MOST_WAITING: Final = 64

NO_WAIT: Final = Seconds(0.0)
_LONG_AGO: Final = Monotonic(-1.0)
NEVER: Final = Monotonic(float("inf"))


class Plan(NamedTuple):
    """A report that should leave now, with these pictures."""

    lane: Lane
    pictures: tuple[Picture, ...]


@dataclass(slots=True)
class _Flight:
    plan: Plan
    alerts: Mapping[AlertId, int]
    changes: int
    until: Monotonic


@dataclass(slots=True)
class Delivery:
    """One endpoint's side of one incident."""

    owed: dict[AlertId, int] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    failures: int = 0
    _changes: int = 0
    _told: int = 0
    _fresh: bool = False
    _flights: dict[int, _Flight] = field(default_factory=dict)
    _left_at: Monotonic = _LONG_AGO
    _paced_until: Monotonic = _LONG_AGO
    _next_try: Monotonic = _LONG_AGO
    _next_pictures: Monotonic = _LONG_AGO

    def owe(self, alert: AlertId, presses: int) -> None:
        """A new alert, or further presses on one: due at once."""
        self.owed[alert] = presses
        self._fresh = True

    def changed(self, changes: int) -> None:
        """The incident has news up to `changes`."""
        self._changes = changes

    def add_picture(self, picture: Picture) -> None:
        """A picture that this endpoint has not got yet."""
        self.pictures.append(picture)
        del self.pictures[:-MOST_WAITING]

    @property
    def settled(self) -> bool:
        """True if the endpoint has everything."""
        return not (self.owed or self.pictures or self._flights or self._told < self._changes)

    def plan(self, now: Monotonic) -> Plan | None:
        """Return the report that should leave now, if any."""
        if self._owes_text() and now >= self._text_due():
            riding = self.pictures[:MOST_PICTURES] if not self.failures else []
            return Plan("alerts", tuple(riding))
        if self.pictures and now >= self._pictures_due():
            return Plan("pictures", tuple(self.pictures[:MOST_PICTURES]))
        return None

    def next_due(self) -> Monotonic:
        """When `plan` or `overdue` may next have something to say."""
        text = self._text_due() if self._owes_text() else NEVER
        pictures = self._pictures_due() if self.pictures else NEVER
        return min(text, pictures, *(flight.until for flight in self._flights.values()))

    def launched(self, version: int, plan: Plan, now: Monotonic) -> None:
        """The planned report leaves as `version`."""
        until = Monotonic(now + DEADLINES[plan.lane])
        self._flights[version] = _Flight(plan, dict(self.owed), self._changes, until)
        self.pictures = self.pictures[len(plan.pictures) :]
        if plan.lane == "alerts":
            self._fresh = False
            self._left_at = now
            self._paced_until = Monotonic(max(self._paced_until, now) + PACE)

    def landed(
        self, version: int, named: AbstractSet[AlertId] | None, now: Monotonic
    ) -> tuple[tuple[AlertId, int], ...]:
        """A receipt came: return the alerts, with presses, that it newly covers."""
        flight = self._flights.pop(version, None)
        if flight is None:
            return ()
        asked = [(alert, count) for alert, count in flight.alerts.items() if alert in self.owed]
        covered = [each for each in asked if named is None or each[0] in named]
        for alert, presses in covered:
            if self.owed[alert] <= presses:
                del self.owed[alert]
        if len(covered) < len(asked):
            self._wait(now, NO_WAIT)
        else:
            self.failures = 0
            self._next_try = self._next_pictures = now
            self._told = max(self._told, flight.changes)
        return tuple(covered)

    def failed(self, version: int, now: Monotonic, wait: Seconds = NO_WAIT) -> None:
        """No receipt came; the endpoint asks to be left alone for `wait` seconds."""
        flight = self._flights.pop(version, None)
        if flight is None:
            return
        self.pictures = [*flight.plan.pictures, *self.pictures][-MOST_WAITING:]
        self._wait(now, wait)

    def overdue(self, now: Monotonic) -> list[int]:
        """Return the versions whose attempts have run out of time, once each."""
        late = [version for version, flight in self._flights.items() if now >= flight.until]
        for version in late:
            self._flights[version].until = NEVER
        return late

    def _owes_text(self) -> bool:
        return bool(self.owed) or self._told < self._changes

    def _text_due(self) -> Monotonic:
        flying = sum(flight.plan.lane == "alerts" for flight in self._flights.values())
        if not flying:
            return Monotonic(self._paced_until - BURST * PACE) if self._fresh else self._next_try
        if self._fresh and flying < MOST_FLIGHTS:
            return Monotonic(self._left_at + OVERTAKE)
        return NEVER

    def _pictures_due(self) -> Monotonic:
        return NEVER if self._flights or self._owes_text() else self._next_pictures

    def _wait(self, now: Monotonic, asked: Seconds) -> None:
        pause = max(asked, RETRIES[min(self.failures, len(RETRIES) - 1)])
        self.failures += 1
        self._next_try = self._next_pictures = Monotonic(now + pause)
