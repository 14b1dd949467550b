"""Everything that endpoints are still owed, and the reports that leave for them.  Pure.

Each way to an endpoint has deliveries of its own, so none waits for another; what one way has
told, those that stand in for it are relieved of.  A report whose content has not changed keeps its
version, and so its `webhook-id`: a try again, by whatever way, is the same report.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from gateway.delivery import DEADLINES, NO_WAIT, Covered, Delivery, Landing
from gateway.incident import Incident
from gateway.receipt import Policy, Receipt, Refusal, asked_to_wait, judge
from gateway.report import Picture, SilentCamera
from gateway.work import (
    Abort,
    Answered,
    Flight,
    KeepIncident,
    Launch,
    Now,
    Taken,
    Unanswered,
    Way,
)
from gateway.written import Written
from wire.ids import AlertId, CameraId, EndpointName, IncidentId, Monotonic, Seconds

# After a start, versions go on well above any that left without being committed before.
RESTART_GAP: Final = 100
_NOT_NAMED: Final = "its receipt does not name the alerts that it was sent"


class Writer(Protocol):
    """A form in which incidents are told; the same incident, the same text."""

    @property
    def shows_pictures(self) -> bool:
        """False if pictures have no place in this form."""

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the incident as it stands, as its `version`."""

    def forget(self, incident: Incident) -> None:
        """Let go of what was kept of an incident that is over."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a way leads to, what it takes for a receipt, in which form incidents are told there, and
    how long it waits for the others.
    """

    endpoint: EndpointName
    policy: Policy
    writer: Writer
    after: Seconds = NO_WAIT


class Landed(NamedTuple):
    """A receipt: the endpoint's own number, and the alerts, with presses, that it newly covers."""

    number: str
    alerts: Covered


class Outbox:
    """The deliveries of every open incident by every way."""

    def __init__(self, ways: Mapping[Way, Terms]) -> None:
        self._ways = ways
        self._deliveries: dict[tuple[Way, IncidentId], Delivery] = {}
        self._incidents: dict[IncidentId, Incident] = {}
        self._silent: dict[IncidentId, dict[CameraId, SilentCamera]] = {}
        self._written: dict[IncidentId, Written] = {}
        self._over: list[KeepIncident] = []

    def owe(self, incident: Incident, alert: AlertId, presses: int, now: Now) -> None:
        """Every endpoint must hear of this alert."""
        for way in self._ways:
            self._delivery(way, incident).owe(alert, presses, now.mono)
        self.changed(incident, now)

    def owe_one(self, endpoint: EndpointName, incident: Incident, alert: AlertId, now: Now) -> None:
        """After a start: this endpoint had given no receipt for this alert."""
        for way in self._ways_to(endpoint):
            delivery = self._delivery(way, incident)
            delivery.owe(alert, incident.alerts[alert].presses, now.mono)
            delivery.changed(incident.changes, now.mono)

    def changed(self, incident: Incident, now: Now) -> None:
        """Every endpoint must hear that the incident changed."""
        for way in self._ways:
            self._delivery(way, incident).changed(incident.changes, now.mono)

    def tell_again(self, incident: Incident, now: Now) -> None:
        """After a start: not every endpoint is known to have heard what persons said and did."""
        incident.changes += 1
        incident.said = incident.changes
        self.changed(incident, now)

    def incident(self, flight: Flight) -> Incident | None:
        """Return what a report tells of, open or closed; None if it is over."""
        return self._incidents.get(flight.incident)

    def show(self, incident: Incident, picture: Picture, now: Now) -> None:
        """Every endpoint that can show it gets this picture; its camera is silent no longer."""
        self._silent.get(incident.id, {}).pop(picture.camera, None)
        for way, terms in self._ways.items():
            if terms.writer.shows_pictures:
                self._delivery(way, incident).add_picture(picture, now.mono)

    def name_silent(self, incident: Incident, camera: SilentCamera, now: Now) -> None:
        """Every endpoint hears that this camera shows nothing, and why."""
        self._silent.setdefault(incident.id, {})[camera.camera] = camera
        incident.changes += 1
        self.changed(incident, now)

    def relieve(self, endpoint: EndpointName, incident: Incident, alerts: Covered) -> None:
        """The other gateway has told `endpoint` of these alerts, and is there to tell the rest.

        It may not know what a person said here: that is told by this one.
        """
        for way in self._ways_to(endpoint):
            delivery = self._delivery(way, incident)
            changes = incident.changes if delivery.has_told(incident.said) else 0
            delivery.relieve(Landing(alerts, changes, tuple(delivery.pictures)))

    def launches(self, now: Now) -> list[Launch | Abort | KeepIncident]:
        """Return the reports that leave now, and the attempts that have run out of time."""
        work: list[Launch | Abort | KeepIncident] = [*self._over]
        self._over.clear()
        for (way, name), delivery in self._deliveries.items():
            work += [Abort(Flight(way, name, v)) for v in delivery.overdue(now.mono)]
            while plan := delivery.plan(now.mono):
                incident = self._incidents[name]
                before = incident.version
                version, body = self._write(way, incident, plan.pictures, delivery.newest)
                delivery.launched(version, plan, now.mono)
                work.append(Launch(Flight(way, name, version), body, DEADLINES[plan.lane]))
                if incident.version != before:
                    work.append(incident.head())
        return work

    def next_due(self) -> Monotonic:
        """When `launches` may next have something to say."""
        return min(
            (delivery.next_due() for delivery in self._deliveries.values()),
            default=Monotonic(float("inf")),
        )

    def endpoint_of(self, way: Way) -> EndpointName:
        """Return the endpoint that a way leads to."""
        return self._ways[way].endpoint

    def answered(self, answer: Answered | Taken, now: Now) -> Landed | Refusal:
        """Judge an endpoint's answer and book it."""
        way, name, version = answer.flight
        delivery = self._deliveries.get((way, name))
        verdict = _judge(self._ways[way].policy, answer, self._incidents.get(name))
        if delivery is None:
            return Landed("", ())
        if isinstance(verdict, Refusal):
            asked = answer.retry_after if isinstance(answer, Answered) else None
            delivery.failed(version, now.mono, Seconds(asked_to_wait(asked)))
            return verdict
        landing = delivery.landed(version, verdict.alerts, now.mono)
        if landing is None:
            return Refusal(_NOT_NAMED) if delivery.failures else Landed(verdict.number, ())
        for other in self._ways_to(self._ways[way].endpoint):
            if other != way and (other, name) in self._deliveries:
                self._deliveries[other, name].relieve(landing)
        self._forget_settled(name)
        return Landed(verdict.number, landing.alerts)

    def unanswered(self, failure: Unanswered, now: Now) -> None:
        """Book that no answer came."""
        if delivery := self._deliveries.get(failure.flight[:2]):
            delivery.failed(failure.flight.version, now.mono)

    def _ways_to(self, endpoint: EndpointName) -> list[Way]:
        return [way for way, terms in self._ways.items() if terms.endpoint == endpoint]

    def _delivery(self, way: Way, incident: Incident) -> Delivery:
        self._incidents[incident.id] = incident
        found = self._deliveries.get((way, incident.id))
        if found is None:
            found = self._deliveries[way, incident.id] = Delivery(self._ways[way].after)
        return found

    def _write(
        self, way: Way, incident: Incident, pictures: tuple[Picture, ...], newest: int
    ) -> tuple[int, str]:
        """Return the version that tells all there is with these pictures, and its text."""
        writer = self._ways[way].writer
        written = self._written.get(incident.id)
        if written is None or written.changes != incident.changes:
            written = self._written[incident.id] = Written(incident.changes)
        version = written.version(incident, pictures, newest)
        silent = self._silent.get(incident.id, {}).values()
        return version, written.body(
            version, writer, lambda: writer.write(incident, version, pictures, silent)
        )

    def _forget_settled(self, name: IncidentId) -> None:
        """A closed incident that every endpoint has whole needs nothing more."""
        incident = self._incidents[name]
        mine = [key for key in self._deliveries if key[1] == name]
        if incident.closed and all(self._deliveries[key].settled for key in mine):
            incident.over = True
            self._over.append(incident.head())
            for terms in self._ways.values():
                terms.writer.forget(incident)
            for key in mine:
                del self._deliveries[key]
            self._incidents.pop(name)
            self._silent.pop(name, None)
            self._written.pop(name, None)


def _judge(
    policy: Policy, answer: Answered | Taken, incident: Incident | None
) -> Receipt | Refusal:
    if isinstance(answer, Taken):
        return Receipt(answer.number, answer.alerts)
    name = f"{answer.flight.incident}.{answer.flight.version}"
    verdict = judge(policy, answer.status, answer.body, name)
    named = verdict.alerts if isinstance(verdict, Receipt) else None
    if named is not None and incident and named.isdisjoint(incident.alerts):
        # Also where no alert was owed any more: it is the receipt of some other report.
        return Refusal(_NOT_NAMED)
    return verdict
