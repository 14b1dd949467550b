"""Broken variants, each a shortcut that somebody might take for good enough.  None may pass."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from device.unit import Publish, Unit, Work
from gateway.outbox import Landed, Outbox
from gateway.receipt import Refusal
from gateway.work import Answered, KeepAlert, Kept, Launch, Now, Taken, Unanswered
from service.events import Arrived
from tests.simulation.disk import Disk, Note
from tests.simulation.school import Gateway
from tests.simulation.wall import WallUnit
from tests.simulation.world import Parts
from wire.codec import decode, encode
from wire.ids import AlertId, Monotonic
from wire.messages import Progress
from wire.stage import Stage


class NoJournal(WallUnit):
    """Calls an alert held that only its memory holds."""

    def sync(self, now: Monotonic) -> None:
        super().sync(now)
        self.journal = {}


class LampOnPublish(WallUnit):
    """Takes the broker's word for the gateway's."""

    def _publish(self, payload: bytes, link: str | None) -> None:
        super()._publish(payload, link)
        for row in list(self.shown.values()):
            self.shown[row.alert] = replace(row, stage=max(row.stage, Stage.RECEIVED))


class IgnoresPresses(WallUnit):
    """Takes the answer to an earlier press for one to this press."""

    def hear(self, payload: bytes, now: Monotonic) -> None:
        news = decode(payload)
        assert isinstance(news, Progress)
        super().hear(encode(replace(news, presses=2**20)), now)


class NewIdPerTry(Unit):
    """Gives each repeat an id of its own."""

    def tick(self, now: Monotonic) -> list[Work]:
        return [_renamed(each) for each in super().tick(now)]


class ForgetsAfterOneTry(Unit):
    """Tells once, and trusts that it was heard."""

    def tick(self, now: Monotonic) -> list[Work]:
        return [each for each in super().tick(now) if not isinstance(each, Publish)]

    def link_up(self, now: Monotonic, link: str) -> list[Work]:
        return [each for each in super().link_up(now, link) if not isinstance(each, Publish)]


class AnswersBeforeCommit(Disk):
    """Says that it has what it is only about to write."""

    def commit(self) -> list[Note]:
        alerts = [each for each in self.backlog if isinstance(each, KeepAlert)]
        return [Kept(tuple((a.id, a.unit, Stage.RECEIVED, a.presses) for a in alerts))]


class LosesTheLastCommit(Disk):
    """Commits without a sync: a power cut takes what was acknowledged last."""

    def crash(self) -> None:
        super().crash()
        self.db.execute(
            "DELETE FROM alert WHERE received_at = (SELECT max(received_at) FROM alert)"
        )


class KeepsReceiptsBeforeTheyCome(Gateway):
    """Counts a report as delivered as it leaves."""

    def _carry_out(self, work: Any, now: Now) -> None:
        super()._carry_out(work, now)
        if isinstance(work, Launch):
            self.hear(Answered(work.flight, 200, _whole_receipt(work.body), None), now)


class AnswersFromMemory(Gateway):
    """Answers a unit as soon as it has heard it."""

    def hear(self, event: Any, now: Now) -> None:
        super().hear(event, now)
        if isinstance(event, Arrived) and event.topic.endswith("/alert"):
            for incident in self.incidents.all_open():
                held = tuple((a.id, a.unit, a.stage, a.presses) for a in incident.alerts.values())
                super().hear(Kept(held), now)


class StartsEmpty(Gateway):
    """Waits for units to say again what they had told before."""

    def start(self, now: Now) -> None:
        if self.life:
            self.disk.db.execute("UPDATE incident SET status = 'closed'")
        super().start(now)


class AnyAnswerIsAReceipt(Outbox):
    """Takes every answer for a receipt."""

    def answered(self, answer: Answered | Taken, now: Now) -> Landed | Refusal:
        named = list(self._incidents[answer.flight.incident].alerts)
        return super().answered(Taken(answer.flight, "x", frozenset(named)), now)


class GivesUp(Outbox):
    """Does not try again."""

    def answered(self, answer: Answered | Taken, now: Now) -> Landed | Refusal:
        outcome = super().answered(answer, now)
        if isinstance(outcome, Refusal):
            self._deliveries.pop(answer.flight[:2], None)
        return outcome

    def unanswered(self, failure: Unanswered, now: Now) -> None:
        super().unanswered(failure, now)
        self._deliveries.pop(failure.flight[:2], None)


class OneEndpointIsEnough(Outbox):
    """What one endpoint has, it thinks, the others will hear of."""

    def answered(self, answer: Answered | Taken, now: Now) -> Landed | Refusal:
        outcome = super().answered(answer, now)
        if isinstance(outcome, Landed) and outcome.alerts:
            incident = self._incidents.get(answer.flight.incident)
            for terms in self._ways.values():
                if incident:
                    self.relieve(terms.endpoint, incident, outcome.alerts)
        return outcome


MUTANTS: Mapping[str, Parts] = {
    "no journal": Parts(wall=NoJournal),
    "lamp on publish": Parts(wall=LampOnPublish),
    "ignores presses": Parts(wall=IgnoresPresses),
    "new id per try": Parts(unit=NewIdPerTry),
    "forgets after one try": Parts(unit=ForgetsAfterOneTry),
    "answers before commit": Parts(disk=AnswersBeforeCommit),
    "loses the last commit": Parts(disk=LosesTheLastCommit),
    "receipts before they come": Parts(gateway=KeepsReceiptsBeforeTheyCome),
    "answers from memory": Parts(gateway=AnswersFromMemory),
    "starts empty": Parts(gateway=StartsEmpty),
    "any answer is a receipt": Parts(outbox=AnyAnswerIsAReceipt),
    "gives up": Parts(outbox=GivesUp),
    "one endpoint is enough": Parts(outbox=OneEndpointIsEnough),
}


def _renamed(work: Work) -> Work:
    if not isinstance(work, Publish):
        return work
    return work._replace(message=replace(work.message, alert=AlertId(str(uuid.uuid4()))))


def _whole_receipt(body: str) -> bytes:
    named = [each["id"] for each in json.loads(body)["alerts"]]
    return json.dumps({"receipt": "x", "alerts": named}).encode()
