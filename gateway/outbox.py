"""Everything that endpoints are still owed, and the reports that leave for them.  Pure.

Each endpoint has deliveries of its own, so none waits for another.  A report whose content has not
changed keeps its version, and so its `webhook-id`: a try again is the same report.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from gateway.delivery import DEADLINES, Delivery
from gateway.incident import Incident
from gateway.receipt import Policy, Receipt, Refusal, asked_to_wait, judge
from gateway.report import Picture, ReportWriter, SilentCamera
from gateway.work import Abort, Answered, Flight, KeepIncident, Launch, Now, Unanswered
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, Seconds

# After a start, versions go on well above any that left without being committed before.
RESTART_GAP: Final = 100


class Landed(NamedTuple):
    """A receipt: the alerts, with presses, that it newly covers."""

    number: str
    alerts: tuple[tuple[AlertId, int], ...]


class _Written(NamedTuple):
    changes: int
    pictures: tuple[Picture, ...]
    body: str


class Outbox:
    """The deliveries of every open incident to every endpoint."""

    def __init__(self, endpoints: Mapping[EndpointName, Policy], writer: ReportWriter) -> None:
        self._endpoints = endpoints
        self._writer = writer
        self._deliveries: dict[tuple[EndpointName, IncidentId], Delivery] = {}
        self._incidents: dict[IncidentId, Incident] = {}
        self._silent: dict[IncidentId, list[SilentCamera]] = {}
        self._written: dict[IncidentId, _Written] = {}

    def owe(self, incident: Incident, alert: AlertId, presses: int) -> None:
        """Every endpoint must hear of this alert."""
        for endpoint in self._endpoints:
            self._delivery(endpoint, incident).owe(alert, presses)
        self.changed(incident)

    def owe_one(self, endpoint: EndpointName, incident: Incident, alert: AlertId) -> None:
        """After a start: this endpoint had given no receipt for this alert."""
        delivery = self._delivery(endpoint, incident)
        delivery.owe(alert, incident.alerts[alert].presses)
        delivery.changed(incident.changes)

    def changed(self, incident: Incident) -> None:
        """Every endpoint must hear that the incident changed."""
        for endpoint in self._endpoints:
            self._delivery(endpoint, incident).changed(incident.changes)

    def show(self, incident: Incident, picture: Picture) -> None:
        """Every endpoint gets this picture."""
        for endpoint in self._endpoints:
            self._delivery(endpoint, incident).add_picture(picture)

    def name_silent(self, incident: Incident, camera: SilentCamera) -> None:
        """Every endpoint hears that this camera shows nothing, and why."""
        self._silent.setdefault(incident.id, []).append(camera)
        incident.changes += 1
        self.changed(incident)

    def launches(self, now: Now) -> list[Launch | Abort | KeepIncident]:
        """Return the reports that leave now, and the attempts that have run out of time."""
        work: list[Launch | Abort | KeepIncident] = []
        for (endpoint, name), delivery in self._deliveries.items():
            work += [Abort(Flight(endpoint, name, v)) for v in delivery.overdue(now.mono)]
            while plan := delivery.plan(now.mono):
                incident = self._incidents[name]
                before = incident.version
                body = self._write(incident, plan.pictures)
                delivery.launched(incident.version, plan, now.mono)
                flight = Flight(endpoint, name, incident.version)
                work.append(Launch(flight, body, DEADLINES[plan.lane]))
                if incident.version != before:
                    work.append(incident.head())
        return work

    def next_due(self) -> Monotonic:
        """When `launches` may next have something to say."""
        return min(
            (delivery.next_due() for delivery in self._deliveries.values()),
            default=Monotonic(float("inf")),
        )

    def answered(self, answer: Answered, now: Now) -> Landed | Refusal:
        """Judge an endpoint's answer and book it."""
        delivery = self._deliveries.get(answer.flight[:2])
        verdict = judge(self._endpoints[answer.flight.endpoint], answer.status, answer.body)
        if delivery is None:
            return Landed("", ())
        if isinstance(verdict, Refusal):
            wait = Seconds(asked_to_wait(answer.retry_after))
            delivery.failed(answer.flight.version, now.mono, wait)
            return verdict
        covered = delivery.landed(answer.flight.version, verdict.alerts, now.mono)
        self._forget_settled(answer.flight.incident)
        return _landed_or_not(verdict, covered, delivery)

    def unanswered(self, failure: Unanswered, now: Now) -> None:
        """Book that no answer came."""
        if delivery := self._deliveries.get(failure.flight[:2]):
            delivery.failed(failure.flight.version, now.mono)

    def _delivery(self, endpoint: EndpointName, incident: Incident) -> Delivery:
        self._incidents[incident.id] = incident
        return self._deliveries.setdefault((endpoint, incident.id), Delivery())

    def _write(self, incident: Incident, pictures: tuple[Picture, ...]) -> str:
        last = self._written.get(incident.id)
        if last and last.changes == incident.changes and last.pictures == pictures:
            return last.body
        incident.version += 1
        body = self._writer.write(incident, pictures, self._silent.get(incident.id, ()))
        self._written[incident.id] = _Written(incident.changes, pictures, body)
        return body

    def _forget_settled(self, name: IncidentId) -> None:
        """A closed incident that every endpoint has whole needs nothing more."""
        incident = self._incidents.get(name)
        keys = [(endpoint, name) for endpoint in self._endpoints]
        if incident is None or not incident.closed:
            return
        if all(self._deliveries[key].settled for key in keys if key in self._deliveries):
            self._writer.forget(incident)
            for key in keys:
                self._deliveries.pop(key, None)
            self._incidents.pop(name, None)
            self._silent.pop(name, None)
            self._written.pop(name, None)


def _landed_or_not(
    receipt: Receipt, covered: Sequence[tuple[AlertId, int]], delivery: Delivery
) -> Landed | Refusal:
    if delivery.failures and not covered:
        return Refusal("its receipt does not name the alerts that it was sent")
    return Landed(receipt.number, tuple(covered))
