"""Handles receipts and failures of reports, and what units and people hear of them.  Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.delivery.attempt import Delivered
from gateway.core.delivery.channel_health import ChannelHealth
from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Effect, KeepDocuments, SaveEvent, SaveReceipt
from gateway.core.events import Acknowledged, ReportMoved, ResponseReceived, SendFailed
from gateway.core.formats.receipt import Refusal
from gateway.core.formats.report import SilentCamera
from gateway.core.held_moves import HeldMoves
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import broadcast
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.lateness import Lateness
from gateway.core.incidents.progress import Progress
from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.core.incidents.registry import Incidents
from gateway.core.moving import AlertMoves
from gateway.core.pictures.schedule import Found
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import ChannelId, Now
from wire import timeline
from wire.gateway_troubles import NOT_DELIVERED
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, SiteId
from wire.receiver_troubles import ENDPOINT, REPORT_UNWRITTEN
from wire.stage import ANSWER_MEANING, Answer, Stage

_MOST_NAMED: Final = 20
_NO_RECEIPT: Final = Delivered("", ())


class DeliveryHandler:
    """Books receipts and failures, and says which alerts no endpoint has taken in time."""

    def __init__(
        self,
        site: SiteId,
        incidents: Incidents,
        outbox: Outbox,
        progress: Progress,
        troubles: Troubles,
        moves: AlertMoves,
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._progress = progress
        self._troubles = troubles
        self._moves = HeldMoves(incidents, outbox, moves)
        self._health = ChannelHealth(outbox.probed())
        self._lateness = Lateness()

    def heard(
        self, news: ResponseReceived | Acknowledged | ReportMoved | SendFailed, now: Now
    ) -> list[Effect]:
        """A report got an answer, or none, or is still on its way."""
        match news:
            case ReportMoved(flight):
                self._outbox.moved(flight, now)
                return []
            case SendFailed(flight, reason):
                self._outbox.unanswered(news, now)
                self._health.failed(flight.channel, reason)
                return []
            case _:
                return self._answered(news, now)

    def _answered(self, answer: ResponseReceived | Acknowledged, now: Now) -> list[Effect]:
        """An endpoint answered a report."""
        incident, untold = self._outbox.incident(answer.flight), self._moves.untold(answer.flight)
        outcome = self._outbox.answered(answer, now)
        channel = answer.flight.channel
        endpoint = self._outbox.endpoint_of(channel)
        if isinstance(outcome, Refusal):
            moved = self._moves.compare(endpoint, outcome, untold, now)
            self._health.failed(channel, outcome.reason)
            return [*moved, *self._kept(answer)]
        self._health.answered(channel, now.mono)
        booked: list[Effect] = []
        if incident and outcome.alerts:
            booked = self._book(endpoint, incident, outcome, now)
        moved = self._moves.compare(endpoint, outcome, untold, now)
        return [*booked, *moved, *self._kept(answer, outcome)]

    def _kept(
        self, answer: ResponseReceived | Acknowledged, receipt: Delivered = _NO_RECEIPT
    ) -> list[KeepDocuments]:
        """Return what the endpoint acknowledged, to be kept: all by its receipt, or each by itself.

        The exchanges of an `Acknowledged` were, whether or not they amount to a receipt.
        """
        if not answer.exchanges or not (receipt.lane or isinstance(answer, Acknowledged)):
            return []
        flight, endpoint = answer.flight, self._outbox.endpoint_of(answer.flight.channel)
        pictured = receipt.lane == "pictures"
        return [
            KeepDocuments(
                endpoint, flight, answer.exchanges, receipt.number, receipt.alerts, pictured
            )
        ]

    def probed(self, channel: ChannelId, fault: str | None, now: Now) -> None:
        """A channel's address could be connected to, or `fault` says why not."""
        self._health.probed(channel, fault, self._outbox.owing(), now.mono)

    @property
    def proven(self) -> Mapping[ChannelId, Monotonic]:
        """When each channel gave a receipt or was connected to last; without those that never."""
        return self._health.proven

    def delivered_elsewhere(
        self,
        endpoint: EndpointName,
        told_as: IncidentId,
        alerts: Sequence[tuple[AlertId, int]],
        now: Now,
    ) -> list[Effect]:
        """The school's other gateway has `endpoint`'s receipt for these alerts, as of `told_as`.

        What it told under another name than this one's is told here all the same: a later report
        of this gateway under that name would lack it.
        """
        effects: list[Effect] = []
        for name, presses in alerts:
            incident = self._incidents.of_alert(name) or self._outbox.incident_with(name)
            if incident is None:
                continue
            covered = ((name, presses),)
            incident.receipt(endpoint, name, presses, now.wall)
            if incident.reported_as == told_as:
                self._outbox.relieve(endpoint, incident, covered)
            effects += self._progress.sent(covered)
            effects.append(SaveReceipt(endpoint, BY_THE_OTHER_GATEWAY, covered, now.wall))
        return effects

    def show(self, found: Found, now: Now) -> list[Effect]:
        """Every endpoint is owed a picture, or is told that a camera shows nothing."""
        incident = self._incidents.get(found.incident)
        if incident is None:
            return []
        if isinstance(found.what, SilentCamera):
            self._outbox.name_silent(incident, found.what, now)
        else:
            self._outbox.show(incident, found.what, now)
        return [found.keep] if found.keep else []

    def tick(self, now: Now) -> list[Effect]:
        """Tell people of what no endpoint has taken in time, and of what cannot be written."""
        self._failing_channels(now)
        self._unwritten_reports(now)
        late = self._progress.late(now)
        self._not_delivered(late, now)
        return [*self._begun(late, now)]

    def _unwritten_reports(self, now: Now) -> None:
        failing = {channel: why for (channel, _), why in self._outbox.unwritten.items()}
        self._troubles.level(REPORT_UNWRITTEN, failing.items(), now.wall)

    def _failing_channels(self, now: Now) -> None:
        failing = self._health.faults(self._outbox.owing())
        self._troubles.level(ENDPOINT, failing.items(), now.wall)

    def _not_delivered(self, late: Sequence[Alert], now: Now) -> None:
        if not late:
            self._troubles.end(NOT_DELIVERED.name(), now.wall)
            return
        rooms = ", ".join(map(_room, late[:_MOST_NAMED]))
        words = f"no endpoint has taken the alerts of {len(late)} units: rooms {rooms}"
        self._troubles.start(NOT_DELIVERED.name(), words, now.wall)

    def _begun(self, late: Sequence[Alert], now: Now) -> list[SaveEvent]:
        """Return the lines of the timeline that say so; its end is the receipt that comes."""
        return [
            SaveEvent(
                incident.id, at, timeline.NOT_DELIVERED, "", alert=alert.id, press=alert.presses
            )
            for alert, at in self._lateness.begun(late, now)
            if (
                incident := self._incidents.of_alert(alert.id)
                or self._outbox.incident_with(alert.id)
            )
        ]

    def _book(
        self, endpoint: EndpointName, incident: Incident, receipt: Delivered, now: Now
    ) -> list[Effect]:
        for name, presses in receipt.alerts:
            incident.receipt(endpoint, name, presses, now.wall)
        progress = self._progress.sent(receipt.alerts)
        saved = SaveReceipt(endpoint, receipt.number, receipt.alerts, now.wall)
        # With the presses that the receipt covers: the button may have been pressed again since.
        alerts = [(incident.alerts[name], presses) for name, presses in receipt.alerts]
        news = broadcast(self._site, incident.reported_as, "delivered", endpoint, alerts, now)
        return [*progress, saved, *news]


def _room(alert: Alert) -> str:
    """The room of a late alert, and what the school did about it, which reached nobody outside."""
    if alert.stage is Stage.CLOSED:
        return f"{alert.room.id} (closed at the school)"
    if alert.answer is not Answer.NONE:
        return f"{alert.room.id} ({ANSWER_MEANING[alert.answer]})"
    return alert.room.id
