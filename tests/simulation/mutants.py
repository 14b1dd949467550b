"""Broken variants, each a shortcut that somebody might take for good enough.  None may pass."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.app.ports import LinkPort, Ports
from gateway.core.effects import Save, SaveAlert, SaveMove, SendReport
from gateway.core.events import Committed, OperatorActed, ResponseReceived, StoredState
from gateway.core.values import Now
from gateway.store.receipts import Delivery
from gateway.store.saved_state import SavedState
from tests.simulation.broken_outboxes import (
    AnyAnswerIsAReceipt,
    CountsFromOne,
    GivesUp,
    HearsOfNoMoves,
    MovesWithoutWhatIsOwed,
    OneAddressIsEnough,
    OneEndpointIsEnough,
    StandsByForEver,
    WaitsForTheDisk,
)
from tests.simulation.broken_units import (
    BelievesTheLast,
    CountsOnAfterARestart,
    EndsWhenTaken,
    ForgetsAfterOneTry,
    IgnoresPresses,
    KeepsQuiet,
    LampOnPublish,
    NewIdPerTry,
    NoJournal,
)
from tests.simulation.disk import Disk, Note
from tests.simulation.ports import ReportSender
from tests.simulation.school import Gateway
from tests.simulation.world import Parts
from wire.gateway_troubles import NOT_DELIVERED
from wire.ids import IncidentId, Seconds
from wire.stage import Answer, Stage


class AnswersBeforeCommit(Disk):
    """Says that it has what it is only about to write."""

    def commit(self) -> list[Note]:
        alerts = [each for each in self.backlog if isinstance(each, SaveAlert)]
        told = [StoredState(a.id, a.unit, Stage.RECEIVED, Answer.NONE, a.presses) for a in alerts]
        return [Committed(tuple(told))]


class LosesTheLastCommit(Disk):
    """Commits without a sync: a power cut takes what was acknowledged last."""

    def crash(self) -> None:
        super().crash()
        self.db.execute(
            "DELETE FROM alert WHERE received_at = (SELECT max(received_at) FROM alert)"
        )
        self._read_rows()


class CountsPressesAlone(Disk):
    """Keeps how often it was pressed, and not when: a start has lost the time of a press."""

    def keep(self, work: list[Save]) -> None:
        counted = [e._replace(further=()) if isinstance(e, SaveAlert) else e for e in work]
        super().keep(counted)


class CountsWhatLeaves(ReportSender):
    """Counts a report as delivered as it leaves."""

    def launch(self, launch: SendReport) -> None:
        super().launch(launch)
        self._put(ResponseReceived(launch.flight, 200, _whole_receipt(launch.body)))


class AnswersFromMemory(Gateway):
    """Answers a unit as soon as it has heard it."""

    def turn(self) -> None:
        super().turn()
        alerts = [each for i in self.incidents.all_open() for each in i.alerts.values()]
        heard = tuple(
            StoredState(a.id, a.unit, a.stage, a.answer, a.presses) for a in alerts if not a.held
        )
        if heard and self.alive:
            self._loop.turn([Committed(heard)])


class StartsEmpty(Gateway):
    """Waits for units to say again what they had told before: a restart cancels."""

    def _found(self, now: Now) -> SavedState:
        return super()._found(now)._replace(incidents=[])


class KeepsTheClosedInMemory(Gateway):
    """Knows in memory alone what is closed, and raises it again after a restart."""

    def _found(self, now: Now) -> SavedState:
        return super()._found(now)._replace(closed={})


class ClosesWhatNobodySaw(Gateway):
    """Takes what a person does for all that an incident holds by now."""

    def hear(self, event: Any) -> None:
        super().hear(event._replace(seen=None) if isinstance(event, OperatorActed) else event)


class TellsNewsOnce(Gateway):
    """Trusts that the other gateway hears what it is told."""

    def _ports(self) -> Ports:
        ports = super()._ports()
        link = SaysNothingTwice(ports.link)
        return replace(ports, link=link, first=link if ports.first else None)


class SaysNothingTwice:
    """A link that leaves out what is only said so that two gateways can compare."""

    def __init__(self, link: LinkPort) -> None:
        self._link = link

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        return b'"what":"open"' in payload or self._link.publish_qos0(topic, payload)

    def publish_retained(self, topic: str, payload: bytes, lasts: Seconds) -> bool:
        return self._link.publish_retained(topic, payload, lasts)


class TellsMovesOnce(Gateway):
    """Trusts that the other gateway hears where an alert belongs."""

    def _ports(self) -> Ports:
        ports = super()._ports()
        link = SaysNoMoveTwice(ports.link)
        return replace(ports, link=link, first=link if ports.first else None)


class SaysNoMoveTwice:
    """A link that leaves out what was said of a move before."""

    def __init__(self, link: LinkPort) -> None:
        self._link = link
        self._said: set[bytes] = set()

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        if b'"what":"moved"' in payload and payload in self._said:
            return True
        self._said.add(payload)
        return self._link.publish_qos0(topic, payload)

    def publish_retained(self, topic: str, payload: bytes, lasts: Seconds) -> bool:
        return self._link.publish_retained(topic, payload, lasts)


class KeepsMovesInMemory(Disk):
    """Knows in memory alone what people split and joined."""

    def keep(self, work: list[Save]) -> None:
        super().keep([each for each in work if not isinstance(each, SaveMove)])


class AnswerHidesNotDelivered(Gateway):
    """What somebody has taken is no longer told as NOT DELIVERED."""

    def turn(self) -> None:
        super().turn()
        self._be_calm()

    def pause(self) -> None:
        super().pause()
        self._be_calm()

    def _be_calm(self) -> None:
        alerts = [each for i in self.incidents.all_open() for each in i.alerts.values()]
        if any(each.answer is not Answer.NONE for each in alerts):
            self.troubles.end(NOT_DELIVERED.name(), self._clock().wall)


class AnswerDelivers(Gateway):
    """Has one ladder: what a person has taken somebody must have."""

    def hear(self, event: Any) -> None:
        super().hear(event)
        incident = self.incidents.get(event.incident) if isinstance(event, OperatorActed) else None
        for alert in incident.alerts.values() if incident else ():
            alert.advance(Stage.DELIVERED)


class StatusByStage(Gateway):
    """Tells by the stage of alerts who has them: what one endpoint has, all have."""

    def status(self) -> dict[IncidentId, Delivery]:
        return {name: self._by_stage(name, told) for name, told in super().status().items()}

    def _by_stage(self, name: IncidentId, told: Delivery) -> Delivery:
        alerts = self.disk.alerts_of(name)
        has = sum(self.disk.alerts[each][1] >= Stage.DELIVERED for each in alerts)
        everywhere = [each._replace(has=has) for each in told.endpoints]
        return Delivery(everywhere, len(alerts) - has)


MUTANTS: Mapping[str, Parts] = {
    "no journal": Parts(wall=NoJournal),
    "lamp on publish": Parts(wall=LampOnPublish),
    "ignores presses": Parts(wall=IgnoresPresses),
    "new id per try": Parts(unit=NewIdPerTry),
    "forgets after one try": Parts(unit=ForgetsAfterOneTry),
    "counts on after a restart": Parts(unit=CountsOnAfterARestart),
    "keeps quiet": Parts(unit=KeepsQuiet),
    "ends when taken": Parts(unit=EndsWhenTaken),
    "believes the last": Parts(unit=BelievesTheLast),
    "answers before commit": Parts(disk=AnswersBeforeCommit),
    "loses the last commit": Parts(disk=LosesTheLastCommit),
    "press time lost": Parts(disk=CountsPressesAlone),
    "counts what leaves": Parts(sender=CountsWhatLeaves),
    "answers from memory": Parts(gateway=AnswersFromMemory),
    "starts empty": Parts(gateway=StartsEmpty),
    "keeps the closed in memory": Parts(gateway=KeepsTheClosedInMemory),
    "closes what nobody saw": Parts(gateway=ClosesWhatNobodySaw),
    "tells moves once": Parts(gateway=TellsMovesOnce),
    "keeps moves in memory": Parts(disk=KeepsMovesInMemory),
    "moves without what is owed": Parts(outbox=MovesWithoutWhatIsOwed),
    "hears of no moves": Parts(outbox=HearsOfNoMoves),
    "answer hides not delivered": Parts(gateway=AnswerHidesNotDelivered),
    "answer delivers": Parts(gateway=AnswerDelivers),
    "status by stage": Parts(gateway=StatusByStage),
    "any answer is a receipt": Parts(outbox=AnyAnswerIsAReceipt),
    "counts from one": Parts(outbox=CountsFromOne),
    "tells news once": Parts(gateway=TellsNewsOnce),
    "gives up": Parts(outbox=GivesUp),
    "one endpoint is enough": Parts(outbox=OneEndpointIsEnough),
    "waits for the disk": Parts(outbox=WaitsForTheDisk),
    "stands by for ever": Parts(outbox=StandsByForEver),
    "one address is enough": Parts(outbox=OneAddressIsEnough),
}


def _whole_receipt(body: str) -> bytes:
    named = [each["id"] for each in json.loads(body)["alerts"]]
    return json.dumps({"receipt": "x", "alerts": named}).encode()
