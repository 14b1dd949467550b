"""What one channel still has to deliver of one incident, and when.  Pure.

Rule 1: nothing owed is dropped before a receipt of the endpoint names it; retries never stop.
Rule 2: a new alert gets an immediate try, whatever failed before.  After BURST reports in a row it
        waits for its neighbours, PACE at most: a storm costs a few dozen reports.
Rule 3: pictures have a lane of their own, and leave right behind the receipt for the alerts.
Rule 4: a channel that stands in for another owes the same, but only `after` some time, and without
        what the other has delivered in the meantime.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from gateway.core.delivery.attempt import Attempt, InFlight, Lane, Settled
from gateway.core.formats.report import Picture
from wire.ids import AlertId, Monotonic, Seconds

# However many press, at most BURST and then 33 reports a second leave for one endpoint.
PACE: Final = Seconds(0.03)
BURST: Final = 8
# A new alert does not wait for an endpoint that has been silent for this long: it overtakes.
OVERTAKE: Final = Seconds(0.5)
MOST_FLIGHTS: Final = 3
# Seconds to wait after the first, second, … failure in a row; the last one for ever after.
RETRIES: Final = (Seconds(0.1), Seconds(0.5), Seconds(1.0), Seconds(2.0), Seconds(4.0))
# Seconds before a report that could not be written is tried again.
SET_ASIDE: Final = Seconds(10.0)
# An attempt in which nothing moves for so long has failed (docs/decisions/limits.md).
DEADLINES: Final[Mapping[Lane, Seconds]] = {"alerts": Seconds(4.0), "pictures": Seconds(20.0)}
# However steadily it moves: 480 kB at 64 kbit/s, a whole school's alerts.
WHOLE: Final = Seconds(60.0)
# At 200 kB each, what an ordinary school line carries within some seconds.
MOST_PICTURES: Final = 4
# Pictures wait in memory for an endpoint that is away; beyond this the oldest give way.
MOST_WAITING: Final = 64

NO_WAIT: Final = Seconds(0.0)
NEVER: Final = Monotonic(float("inf"))
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

    def owe(self, alert: AlertId, presses: int, now: Monotonic) -> None:
        """A new alert, or further presses on one: due at once, or after the time agreed."""
        if self.after:
            self._later[alert] = presses, Monotonic(now + self.after)
        else:
            self.owed[alert] = presses
            self._fresh = True

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
        self._take_what_is_due(now)
        if now >= self._text_due():
            return Attempt("alerts", ())
        if now >= self._pictures_due():
            return Attempt("pictures", tuple(self.pictures[:MOST_PICTURES]))
        return None

    def next_due(self) -> Monotonic:
        """When `plan` or `overdue` may next have something to say."""
        later = min((due for _, due in self._later.values()), default=NEVER)
        flights = (flight.until for flight in self._flights.values())
        return min(self._text_due(), self._pictures_due(), later, *flights)

    def launched(self, version: int, plan: Attempt, now: Monotonic) -> None:
        """The planned report leaves as `version`."""
        until = Monotonic(now + DEADLINES[plan.lane])
        flight = InFlight(plan, dict(self.owed), self._changes, until, Monotonic(now + WHOLE))
        self._flights[version] = flight
        self.newest = max(self.newest, version)
        self.pictures = self.pictures[len(plan.pictures) :]
        if plan.lane == "alerts":
            self._fresh = False
            self._left_at = now
            self._paced_until = Monotonic(max(self._paced_until, now) + PACE)

    def moved(self, version: int, now: Monotonic) -> None:
        """Part of the report reached the peer, or part of its answer came: restart its deadline."""
        if flight := self._flights.get(version):
            flight.until = min(Monotonic(now + DEADLINES[flight.plan.lane]), flight.at_most)

    def landed(
        self,
        version: int,
        named: AbstractSet[AlertId] | None,
        now: Monotonic,
        *,
        is_part: bool = False,
    ) -> Settled | None:
        """A receipt came: return what it settled; None if it says nothing that was still open.

        What is left after progress (`is_part`: the receipt itself says so) leaves at once.
        """
        flight = self._flights.pop(version, None)
        if flight is None:
            return None
        asked = [(alert, count) for alert, count in flight.alerts.items() if alert in self.owed]
        covered = tuple(each for each in asked if named is None or each[0] in named)
        self._settle(covered)
        if is_part or len(covered) < len(asked):
            self._put_back(flight)
            if asked and not covered:
                self._wait(now, NO_WAIT)
                return None
            self._go_on(now)
            return Settled(covered, 0, ())
        self._go_on(now)
        self._told = max(self._told, flight.changes)
        return Settled(covered, flight.changes, flight.plan.pictures)

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

    def failed(self, version: int, now: Monotonic, wait: Seconds = NO_WAIT) -> None:
        """No receipt came; the endpoint asks for a pause of `wait` seconds (Retry-After)."""
        if flight := self._flights.pop(version, None):
            self._put_back(flight)
            self._wait(now, wait)

    def set_aside(self, now: Monotonic) -> None:
        """The report could not be written: try again later, or with the next press."""
        self._fresh = False
        self._wait(now, SET_ASIDE)

    def overdue(self, now: Monotonic) -> list[int]:
        """Return the versions whose attempts have run out of time; each has then failed."""
        late = [version for version, flight in self._flights.items() if now >= flight.until]
        for version in late:
            self.failed(version, now)
        return late

    def _take_what_is_due(self, now: Monotonic) -> None:
        for alert in [alert for alert, (_, due) in self._later.items() if now >= due]:
            self.owed[alert], _ = self._later.pop(alert)
            self._fresh = True

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
        if not flying:
            return Monotonic(self._paced_until - BURST * PACE) if self._fresh else self._calm_due()
        if self._fresh and flying < MOST_FLIGHTS:
            return Monotonic(self._left_at + OVERTAKE)
        return NEVER

    def _calm_due(self) -> Monotonic:
        return self._next_try if self.owed else max(self._next_try, self._news_due)

    def _pictures_due(self) -> Monotonic:
        busy = not self.pictures or self._flights or self.owed or self._has_news()
        return NEVER if busy else self._next_pictures

    def _put_back(self, flight: InFlight) -> None:
        self.pictures = [*flight.plan.pictures, *self.pictures][-MOST_WAITING:]

    def _go_on(self, now: Monotonic) -> None:
        self.failures = 0
        self._next_try = self._next_pictures = now

    def _wait(self, now: Monotonic, asked: Seconds) -> None:
        pause = max(asked, RETRIES[min(self.failures, len(RETRIES) - 1)])
        self.failures += 1
        self._next_try = self._next_pictures = Monotonic(now + pause)
