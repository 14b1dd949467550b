"""Outboxes with a fault that somebody might take for good enough."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.core.delivery.attempt import Delivered
from gateway.core.delivery.channel import Channel
from gateway.core.delivery.outbox import Key, Launch, Outbox
from gateway.core.delivery.queue import DeliveryQueue
from gateway.core.effects import CancelReport, SaveIncident, SendReport
from gateway.core.events import Acknowledged, ResponseReceived, SendFailed
from gateway.core.formats.receipt import NO_MOVES, Receipt, Refusal
from gateway.core.incidents.incident import Incident
from gateway.core.values import ChannelId, Now, ReportId
from tests.simulation.school import STANDBY_AFTER
from wire.ids import AlertId, Seconds, Wall


class AnyAnswerIsAReceipt(Outbox):
    """Takes every answer for a receipt."""

    def answered(self, answer: ResponseReceived | Acknowledged, now: Now) -> Delivered | Refusal:
        incident = self.incident(answer.flight)
        named = frozenset(incident.alerts if incident else ())
        return super().answered(Acknowledged(answer.flight, "x", named), now)


class GivesUp(Outbox):
    """Does not try again."""

    def answered(self, answer: ResponseReceived | Acknowledged, now: Now) -> Delivered | Refusal:
        outcome = super().answered(answer, now)
        if isinstance(outcome, Refusal):
            self._deliveries.pop(answer.flight[:2], None)
        return outcome

    def unanswered(self, failure: SendFailed, now: Now) -> None:
        super().unanswered(failure, now)
        self._deliveries.pop(failure.flight[:2], None)


class OneEndpointIsEnough(Outbox):
    """What one endpoint has, it thinks, the others will hear of."""

    def answered(self, answer: ResponseReceived | Acknowledged, now: Now) -> Delivered | Refusal:
        outcome = super().answered(answer, now)
        incident = self.incident(answer.flight)
        if isinstance(outcome, Delivered) and outcome.alerts and incident:
            for terms in self._channels.values():
                self.relieve(terms.endpoint, incident, outcome.alerts)
        return outcome


class MovesWithoutWhatIsOwed(Outbox):
    """Leaves what an endpoint is owed of an alert with the incident that it has left."""

    def hand_over(self, alert: AlertId, source: Incident, target: Incident, now: Now) -> None:
        pass


class HearsOfNoMoves(Outbox):
    """Takes its own numbers for the highest, whatever endpoints hold."""

    def answered(self, answer: ResponseReceived | Acknowledged, now: Now) -> Delivered | Refusal:
        return super().answered(answer, now)._replace(moves=NO_MOVES)


class WaitsForTheDisk(Outbox):
    """Reports nothing that is not written down."""

    def launches(self, now: Now) -> list[SendReport | CancelReport | SaveIncident]:
        alerts = [each for i in self._incidents.values() for each in i.alerts.values()]
        return super().launches(now) if all(each.held for each in alerts) else []


class StandsByForEver(Outbox):
    """Leaves it to the primary."""

    def __init__(self, channels: Mapping[ChannelId, Channel]) -> None:
        late = Seconds(1e6)
        super().__init__(
            {
                w: replace(t, after=late) if t.after >= STANDBY_AFTER else t
                for w, t in channels.items()
            }
        )


class OneAddressIsEnough(Outbox):
    """Does not use the backup address."""

    def __init__(self, channels: Mapping[ChannelId, Channel]) -> None:
        super().__init__({w: t for w, t in channels.items() if not w.endswith("/backup")})


class CountsFromOne(Outbox):
    """Numbers its reports from 1 in each life of its store, and asks nobody what is shown."""

    def _launches_by(self, key: Key, now: Now) -> list[Launch]:
        return super()._launches_by(key, now._replace(wall=Wall(0.0)))

    def _overtaken(
        self, delivery: DeliveryQueue, flight: ReportId, receipt: Receipt, now: Now
    ) -> Delivered | Refusal:
        landing = delivery.landed(flight.version, receipt.alerts, now.mono)
        return Delivered(receipt.number, landing.alerts if landing else ())
