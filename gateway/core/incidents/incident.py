"""An incident: the alerts of one site that belong together.

It grows, and each change counts up its version.  Pure; only the gateway's loop changes it.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from gateway.core.effects import SaveAlert, SaveIncident
from gateway.core.incidents.alert import Alert, first_alert, saved_alert
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.receipts import AlertReceipt, nowhere
from gateway.core.incidents.timeline import Event, lines_with
from gateway.core.incidents.version import resumed_version
from gateway.core.values import Now
from wire.alert_ids import id_of_further
from wire.answers import DURESS, PRESSED_AGAIN
from wire.disposition import UNSAID
from wire.exercise import NO_EXERCISE
from wire.ids import AlertId, EndpointName, ExerciseId, IncidentId, Monotonic, UnitId, Wall
from wire.limits import MOST_ALERTS, MOST_ALERTS_OF_A_UNIT, MOST_DOUBTS
from wire.marks import Mark, joined
from wire.modes import LIVE, Mode
from wire.moves import Move, counted
from wire.stage import Answer, Stage


@dataclass(slots=True)
class Incident:
    """What is going on at the site, from the first press until a named person closes it.

    `changes` counts what a reader of the report would want to know; `version` numbers the reports,
    and `resumed` is that of the last one that is known to have left before this process began;
    `link` the live links, so that those before it can be withdrawn.  It is `over` when every
    endpoint knows that it was `closed`.  `name`: the other gateway knows it by another id.
    `said`: the number of the change with which a person last said something, or with which this
    gateway learned what the other one had told without it: no receipt there settles it here.
    `disposition` is what the persons who closed it said it was.  `left` are the alerts that were
    here and belong to other incidents by now, `moves` the newest of each alert that came or left
    by one; `made` are those that this process made, each with the number of its change.  It is
    `emptied` when all have left: then its reports tell of those, and it is over when they are.
    `receipts` are those of each endpoint that is owed the incident, or that has it; `marks` those
    on the plan.  `mode` says since its birth whether it is an emergency; it may become one.
    `exercise` is the one by which it was none; empty if it always was one.
    """

    id: IncidentId
    opened_at: Wall
    news_at: Monotonic
    changes: int = 0
    version: int = 0
    resumed: int = 0
    closed: bool = False
    over: bool = False
    link: int = 0
    name: IncidentId | None = None
    said: int = 0
    disposition: str = UNSAID
    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    left: dict[AlertId, Alert] = field(default_factory=dict)
    moves: dict[AlertId, Move] = field(default_factory=dict)
    made: dict[AlertId, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    receipts: dict[EndpointName, dict[AlertId, AlertReceipt]] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()  # also those taken back
    mode: Mode = LIVE
    exercise: ExerciseId = NO_EXERCISE

    @property
    def reported_as(self) -> IncidentId:
        """Its id in reports, the same from both gateways."""
        return self.name or self.id

    @property
    def named(self) -> dict[AlertId, Alert]:
        """The alerts that a report of it names: never none."""
        return self.alerts or self.left

    @property
    def emptied(self) -> bool:
        """True if everything that was here belongs to other incidents."""
        return not self.alerts

    @property
    def joined_into(self) -> IncidentId | None:
        """Where everything is that a report of it names; None if some of that is here."""
        if not self.left or self.named.keys() - self.left.keys():
            return None
        return max(move for name, move in self.moves.items() if name in self.left).to

    @property
    def is_ended(self) -> bool:
        """True if nothing of it is open: a person closed it, or all of it went to others."""
        return self.closed or self.emptied

    @property
    def all_clear(self) -> bool:
        """True if a person said all clear who saw every press in it."""
        return not self.emptied and all(alert.is_clear for alert in self.alerts.values())

    @property
    def closed_freely(self) -> bool:
        """True if a person closed it whom nobody forced to: receivers may take it for over."""
        return self.closed and all(event.what != DURESS for event in self.events)

    @property
    def is_past(self) -> bool:
        """True if what is pressed now is another incident."""
        return self.emptied or self.all_clear

    def learn_marks(self, marks: Iterable[Mark]) -> list[Mark]:
        """Take these marks with its own, as far as they are kept; return what is news of them."""
        before, self.marks = self.marks, joined(self.marks, marks)
        return [mark for mark in self.marks if mark not in before]

    def resume(self, now: Now) -> None:
        """After a start: what leaves from now on is newer than all that left before."""
        self.resumed = self.version
        self.version = resumed_version(self.version, now.wall)

    def add(self, claim: IncomingAlert, now: Now) -> Alert:
        """Take a new alert in."""
        alert = first_alert(claim, now)
        self.alerts[alert.id] = alert
        self.news_at = now.mono
        self.changes += 1
        return alert

    def moved_by(self, alert: AlertId, move: Move) -> None:
        """Take the newest move of an alert that came here or left."""
        self.moves[alert] = move
        self.made.pop(alert, None)
        self.version = max(self.version, counted(move.number))

    def in_order(self) -> None:
        """Put the alerts in the order in which they came."""
        self.alerts = dict(sorted(self.alerts.items(), key=lambda each: each[1].received_at))

    def has_room_for(self, unit: UnitId) -> bool:
        """True if what that unit tells next may belong here, as an alert or as a press of one."""
        return len(self.alerts) < MOST_ALERTS or self.collects(unit) in self.alerts

    def collects(self, unit: UnitId) -> AlertId | None:
        """Return the id of the last alert that a unit may have here, None before that.

        No unit tells of it: it is the gateways' own, and the same alerts give it the same id.
        """
        theirs = {alert.id for alert in self.alerts.values() if alert.unit == unit}
        if len(theirs) < MOST_ALERTS_OF_A_UNIT - 1:
            return None
        return id_of_further(unit, theirs)

    def press_again(
        self, alert: Alert, presses: int, now: Now, doubts: tuple[str, ...] = ()
    ) -> None:
        """Count further presses on an alert: a person who presses again waits for a new answer."""
        alert.presses, alert.heard_at = presses, now.mono
        alert.doubts = tuple(dict.fromkeys((*alert.doubts, *doubts)))[:MOST_DOUBTS]
        alert.stage, alert.answer, alert.held = Stage.PRESSED, Answer.NONE, False
        self.news_at = now.mono
        words = f"room {alert.room.id} pressed again, {presses} presses now"
        self.note(Event(now.wall, PRESSED_AGAIN, detail=words, repeat_of=alert.id))

    def taken_by(self, alert: Alert) -> list[EndpointName]:
        """Return the endpoints that gave a receipt for the newest press of an alert."""
        return [
            endpoint
            for endpoint, known in self.receipts.items()
            if alert.id in known and known[alert.id].presses >= alert.presses
        ]

    def last_by(self, what: AbstractSet[str], side: Answer | None = None) -> str:
        """Return who last did any of `what`, of that side if one is given; empty if nobody did."""
        found = (
            each.by
            for each in reversed(self.events)
            if each.what in what and side in (None, each.side)
        )
        return next(found, "")

    @property
    def closing_note(self) -> str:
        """What the person said of it who closed it last; empty if nothing, or if nobody did."""
        return next((each.text for each in reversed(self.events) if each.what == "close"), "")

    def receipt(self, endpoint: EndpointName, alert: AlertId, presses: int, at: Wall) -> None:
        """An endpoint has so many presses of an alert; what it has already stays as it was."""
        known = self.receipts.setdefault(endpoint, {})
        if alert not in known or known[alert].presses < presses:
            known[alert] = AlertReceipt(presses, at)

    @property
    def presses(self) -> dict[AlertId, int]:
        """The presses of each alert."""
        return {name: alert.presses for name, alert in self.alerts.items()}

    def nowhere(self) -> set[AlertId]:
        """Return the alerts whose newest press no endpoint has."""
        return nowhere(self.presses, self.receipts)

    def note(self, event: Event) -> None:
        """Write a line of the timeline."""
        self.events = lines_with(self.events, event)
        self.changes += 1

    def head(self) -> SaveIncident:
        """The incident's row in the store."""
        status = "closed" if self.over else "closing" if self.closed else "active"
        return SaveIncident(
            self.id,
            self.opened_at,
            self.version,
            status,
            self.link,
            self.disposition,
            self.name or "",
            self.mode,
            self.exercise,
        )

    def row(self, alert: Alert) -> SaveAlert:
        """The row in the store of one of the incident's alerts."""
        return saved_alert(alert, self.id)
