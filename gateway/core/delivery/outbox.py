"""Everything that endpoints are still owed, and the reports that leave for them.  Pure.

Each channel has deliveries of its own, so none waits for another; what one channel has delivered,
those that stand in for it no longer owe.  A report whose content has not changed keeps its version,
and so its `webhook-id`: a retry, by whatever channel, is the same report.

Rule: no endpoint is told of what is no emergency.  What becomes one is owed from then on.
"""

import logging
from collections.abc import Mapping

from gateway.core.delivery.attempt import AlertPresses, Delivered, Settled
from gateway.core.delivery.channel import Channel
from gateway.core.delivery.judged import NOT_NAMED, judged, overtaken
from gateway.core.delivery.queue import DeliveryQueue
from gateway.core.delivery.renderings import WrittenReports
from gateway.core.delivery.waits import DEADLINES
from gateway.core.effects import CancelReport, SaveIncident, SendReport
from gateway.core.events import Acknowledged, ResponseReceived, SendFailed
from gateway.core.formats.receipt import Receipt, Refusal, asked_to_wait
from gateway.core.formats.report import Picture, SilentCamera
from gateway.core.incidents.incident import Incident
from gateway.core.values import ChannelId, Now, ReportId
from wire.ids import AlertId, CameraId, EndpointName, IncidentId, Monotonic, Seconds
from wire.modes import LIVE

log = logging.getLogger(__name__)

Key = tuple[ChannelId, IncidentId]
Launch = SendReport | CancelReport | SaveIncident


class Outbox:
    """The deliveries of every open incident by every channel.

    `unwritten` names what no report could be written of, with the reason.
    """

    def __init__(self, channels: Mapping[ChannelId, Channel]) -> None:
        self._channels = channels
        self.unwritten: dict[Key, str] = {}
        self._deliveries: dict[Key, DeliveryQueue] = {}
        self._incidents: dict[IncidentId, Incident] = {}
        self._silent: dict[IncidentId, dict[CameraId, SilentCamera]] = {}
        self._written = WrittenReports()
        self._over: list[SaveIncident] = []

    def owe(self, incident: Incident, alert: AlertId, presses: int, now: Now) -> None:
        """Every endpoint must hear of this alert."""
        for channel in self._owed(incident):
            self._delivery(channel, incident).owe(alert, presses, now.mono)
        self.changed(incident, now)

    def owe_one(self, endpoint: EndpointName, incident: Incident, alert: AlertId, now: Now) -> None:
        """After a start: this endpoint had given no receipt for this alert."""
        for channel in self._channels_to(endpoint) if self._owed(incident) else ():
            delivery = self._delivery(channel, incident)
            delivery.owe(alert, incident.alerts[alert].presses, now.mono)
            delivery.changed(incident.changes, now.mono)

    def changed(self, incident: Incident, now: Now) -> None:
        """Every endpoint must hear that the incident changed."""
        for channel in self._owed(incident):
            self._delivery(channel, incident).changed(incident.changes, now.mono)

    def hand_over(self, alert: AlertId, source: Incident, target: Incident, now: Now) -> None:
        """What is owed of an alert is told with another incident from now on."""
        for channel in self._channels:
            if presses := self._delivery(channel, source).release(alert):
                self._delivery(channel, target).owe(alert, presses, now.mono)

    def tell_again(self, incident: Incident, now: Now) -> None:
        """After a start: not every endpoint is known to have heard what persons said and did."""
        incident.said = incident.changes = incident.changes + 1
        self.changed(incident, now)

    def incident(self, flight: ReportId) -> Incident | None:
        """Return what a report tells of, open or closed; None if it is over."""
        return self._incidents.get(flight.incident)

    def incident_with(self, alert: AlertId) -> Incident | None:
        """Return what holds `alert`, open or closed, and is not over."""
        return next((each for each in self._incidents.values() if alert in each.alerts), None)

    def show(self, incident: Incident, picture: Picture, now: Now) -> None:
        """Every endpoint that can show it gets this picture; its camera is silent no longer."""
        self._silent.get(incident.id, {}).pop(picture.camera, None)
        for channel, terms in self._owed(incident).items():
            if terms.writer.shows_pictures:
                self._delivery(channel, incident).add_picture(picture, now.mono)

    def name_silent(self, incident: Incident, camera: SilentCamera, now: Now) -> None:
        """Every endpoint hears that this camera shows nothing, and why."""
        self._silent.setdefault(incident.id, {})[camera.camera] = camera
        incident.changes += 1
        self.changed(incident, now)

    def relieve(self, endpoint: EndpointName, incident: Incident, alerts: AlertPresses) -> None:
        """The other gateway has told `endpoint` of these alerts, and is there to tell the rest.

        It may not know what a person said here: that is told by this one.
        """
        for channel in self._channels_to(endpoint):
            delivery = self._delivery(channel, incident)
            changes = incident.changes if delivery.has_told(incident.said) else 0
            delivery.relieve(Settled(alerts, changes, tuple(delivery.pictures)))
        self._forget_settled(incident.id)

    def launches(self, now: Now) -> list[Launch]:
        """Return the reports that leave now, and the attempts that have run out of time."""
        work, self._over = list[Launch](self._over), []
        for key in self._deliveries:
            work += self._contained(key, now)
        return work

    def next_due(self) -> Monotonic:
        """When `launches` may next have something to say."""
        dues = (delivery.next_due() for delivery in self._deliveries.values())
        return min(dues, default=Monotonic(float("inf")))

    def owing(self) -> set[ChannelId]:
        """Return the channels that have something to report."""
        return {key[0] for key, delivery in self._deliveries.items() if not delivery.settled}

    def probed(self) -> set[ChannelId]:
        """Return the channels that are probed while nothing is to report."""
        return {channel for channel, terms in self._channels.items() if terms.probed}

    def endpoint_of(self, channel: ChannelId) -> EndpointName:
        """Return the endpoint that a channel leads to."""
        return self._channels[channel].endpoint

    def answered(self, answer: ResponseReceived | Acknowledged, now: Now) -> Delivered | Refusal:
        """Judge an endpoint's answer and note the result."""
        channel, name, version = answer.flight
        delivery = self._deliveries.get((channel, name))
        verdict = judged(self._channels[channel].judge, answer, self._incidents.get(name))
        if delivery is None:
            return Delivered("", ())
        if isinstance(verdict, Refusal):
            headers = answer.headers if isinstance(answer, ResponseReceived) else {}
            wait = Seconds(asked_to_wait(headers))
            delivery.failed(version, now.mono, wait, lasting=verdict.lasting and not wait)
            return verdict
        if verdict.held > version:
            return self._overtaken(delivery, answer.flight, verdict, now)
        lacking = answer.lacking if isinstance(answer, Acknowledged) else ""
        landing = delivery.landed(version, verdict.alerts, now.mono, is_part=bool(lacking))
        if landing is None:
            return Refusal(lacking or NOT_NAMED)
        for other in self._channels_to(self._channels[channel].endpoint):
            if other != channel and (other, name) in self._deliveries:
                self._deliveries[other, name].relieve(landing)
        self._forget_settled(name)
        return Delivered(verdict.number, landing.alerts, landing.lane, verdict.moves)

    def _overtaken(
        self, delivery: DeliveryQueue, flight: ReportId, receipt: Receipt, now: Now
    ) -> Delivered | Refusal:
        """The endpoint shows a newer version than it was told: this is no receipt."""
        if delivery.overtaken(flight.version, receipt.held, now.mono):
            return overtaken(flight, receipt)
        return Delivered(receipt.number, (), moves=receipt.moves)

    def has_told(self, flight: ReportId, changes: int) -> bool:
        """True if what a report went to has heard the incident's news up to `changes`."""
        delivery = self._deliveries.get(flight[:2])
        return bool(delivery and delivery.has_told(changes))

    def moved(self, flight: ReportId, now: Now) -> None:
        """Note that a report or its answer is moving, however slowly."""
        if delivery := self._deliveries.get(flight[:2]):
            delivery.moved(flight.version, now.mono)

    def unanswered(self, failure: SendFailed, now: Now) -> None:
        """Note that no answer came."""
        if delivery := self._deliveries.get(failure.flight[:2]):
            delivery.failed(failure.flight.version, now.mono)

    def _contained(self, key: Key, now: Now) -> list[Launch]:
        """What leaves by one channel for one incident; a fault of ours in it stops no other."""
        try:
            work = self._launches_by(key, now)
        except Exception as error:  # the one place that contains a report
            log.exception("a report of %s by %s could not be written", key[1], key[0])
            self._deliveries[key].set_aside(now.mono)
            self.unwritten[key] = repr(error)
            return []
        # Or another address of its endpoint has delivered what could not be written here.
        if work or self._deliveries[key].settled:
            self.unwritten.pop(key, None)
        return work

    def _launches_by(self, key: Key, now: Now) -> list[Launch]:
        (channel, name), delivery = key, self._deliveries[key]
        late = delivery.overdue(now.mono)
        work: list[Launch] = [CancelReport(ReportId(channel, name, each)) for each in late]
        while plan := delivery.plan(now.mono):
            incident = self._incidents[name]
            before = incident.version
            told = plan.portion.of(incident)
            silent = tuple(self._silent.get(name, {}).values())
            writer, newest = self._channels[channel].writer, delivery.newest
            version, body = self._written.write(
                incident, told, plan, silent, writer, newest, now.wall
            )
            delivery.launched(version, plan, len(told.alerts), now.mono)
            work.append(SendReport(ReportId(channel, name, version), body, DEADLINES[plan.lane]))
            if incident.version != before:
                work.append(incident.head())
        return work

    def _owed(self, incident: Incident) -> Mapping[ChannelId, Channel]:
        """The channels by which an incident is told: the one place that says so."""
        return self._channels if incident.mode == LIVE else {}

    def _channels_to(self, endpoint: EndpointName) -> list[ChannelId]:
        return [channel for channel, terms in self._channels.items() if terms.endpoint == endpoint]

    def _delivery(self, channel: ChannelId, incident: Incident) -> DeliveryQueue:
        self._incidents[incident.id] = incident
        incident.receipts.setdefault(self._channels[channel].endpoint, {})
        key = channel, incident.id
        if key not in self._deliveries:
            self._deliveries[key] = DeliveryQueue(self._channels[channel].after)
        return self._deliveries[key]

    def _forget_settled(self, name: IncidentId) -> None:
        """A closed incident that every endpoint has whole needs nothing more."""
        incident = self._incidents.get(name)
        mine = [key for key in self._deliveries if key[1] == name]
        if incident and incident.closed and all(self._deliveries[key].settled for key in mine):
            incident.over = True
            self._over.append(incident.head())
            for terms in self._channels.values():
                terms.writer.forget(incident)
            for key in mine:
                del self._deliveries[key]
                self.unwritten.pop(key, None)
            self._written.forget(name)
            for known in (self._incidents, self._silent):
                known.pop(name, None)
