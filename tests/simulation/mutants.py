"""Broken variants, each a shortcut that somebody might take for good enough.  None may pass."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from device.lamp import Sign
from device.unit import Publish, Save, Unit, Work
from gateway.outbox import Landed, Outbox, Terms
from gateway.receipt import Refusal
from gateway.rows import Held
from gateway.work import (
    Abort,
    ActionTaken,
    Answered,
    KeepAlert,
    KeepIncident,
    Kept,
    Launch,
    Now,
    Taken,
    Unanswered,
    Way,
)
from tests.simulation.disk import Disk, Note
from tests.simulation.ports import Road
from tests.simulation.school import STANDBY_AFTER, Gateway
from tests.simulation.wall import WallUnit
from tests.simulation.world import Parts
from wire.codec import decode, encode
from wire.ids import AlertId, Monotonic, Seconds
from wire.messages import Progress
from wire.stage import Stage


class NoJournal(WallUnit):
    """Calls an alert held that only its memory holds."""

    def sync(self) -> None:
        super().sync()
        self.journal = {}


class LampOnPublish(WallUnit):
    """Takes the broker's word for the gateway's."""

    def _tell(self, topic: str, payload: bytes, link: str | None) -> None:
        super()._tell(topic, payload, link)
        for row in list(self.shown.values()):
            self.shown[row.alert] = replace(row, stage=max(row.stage, Stage.RECEIVED))


class IgnoresPresses(WallUnit):
    """Takes the answer to an earlier press for one to this press."""

    def hear(self, number: int, payload: bytes, now: Monotonic) -> None:
        news = decode(payload)
        assert isinstance(news, Progress)
        super().hear(number, encode(replace(news, presses=2**20)), now)


class NewIdPerTry(Unit):
    """Gives each repeat an id of its own."""

    def tick(self, now: Monotonic) -> list[Work]:
        return [_renamed(each, now) for each in super().tick(now)]


class ForgetsAfterOneTry(Unit):
    """Tells once, and trusts that it was heard."""

    def tick(self, now: Monotonic) -> list[Work]:
        return [each for each in super().tick(now) if not isinstance(each, Publish)]

    def link_up(self, now: Monotonic, link: str) -> list[Work]:
        return [each for each in super().link_up(now, link) if not isinstance(each, Publish)]


class KeepsQuiet(Unit):
    """Blinks on, however long nobody answers."""

    def sign(self, now: Monotonic) -> Sign | None:
        sign = super().sign(now)
        return sign and sign._replace(not_delivered=False)


class EndsWhenTaken(Unit):
    """Is over for it as soon as somebody has taken it."""

    def hear(self, now: Monotonic, news: Progress) -> list[Work]:
        over = news.stage is Stage.CONFIRMED
        return super().hear(now, replace(news, stage=Stage.CLOSED) if over else news)


class BelievesTheLast(Unit):
    """Shows what it heard last, and so falls back when news overtake each other."""

    def hear(self, now: Monotonic, news: Progress) -> list[Work]:
        known = self._open.get(news.alert)
        if known is None or news.presses < known.row.presses or news.stage > known.row.stage:
            return super().hear(now, news)
        row = replace(known.row, stage=news.stage)
        self._open[news.alert] = replace(known, row=row)
        return [Save(row)]


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
        self._look()


class CountsWhatLeaves(Road):
    """Counts a report as delivered as it leaves."""

    def launch(self, launch: Launch) -> None:
        super().launch(launch)
        self._put(Answered(launch.flight, 200, _whole_receipt(launch.body), None))


class AnswersFromMemory(Gateway):
    """Answers a unit as soon as it has heard it."""

    def turn(self) -> None:
        super().turn()
        alerts = [each for i in self.incidents.all_open() for each in i.alerts.values()]
        heard = tuple((a.id, a.unit, a.stage, a.presses) for a in alerts if not a.held)
        if heard and self.alive:
            self._loop.turn([Kept(heard)])


class StartsEmpty(Gateway):
    """Waits for units to say again what they had told before: a restart cancels."""

    def _found(self, now: Now) -> Held:
        return super()._found(now)._replace(incidents=[])


class KnowsTheClosedByHeart(Gateway):
    """Knows in memory alone what is closed, and raises it again after a restart."""

    def _found(self, now: Now) -> Held:
        return super()._found(now)._replace(closed={})


class ClosesWhatNobodySaw(Gateway):
    """Takes what a person does for all that an incident holds by now."""

    def hear(self, event: Any) -> None:
        super().hear(event._replace(seen=None) if isinstance(event, ActionTaken) else event)


class AnyAnswerIsAReceipt(Outbox):
    """Takes every answer for a receipt."""

    def answered(self, answer: Answered | Taken, now: Now) -> Landed | Refusal:
        incident = self.incident(answer.flight)
        named = frozenset(incident.alerts if incident else ())
        return super().answered(Taken(answer.flight, "x", named), now)


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
        incident = self.incident(answer.flight)
        if isinstance(outcome, Landed) and outcome.alerts and incident:
            for terms in self._ways.values():
                self.relieve(terms.endpoint, incident, outcome.alerts)
        return outcome


class WaitsForTheDisk(Outbox):
    """Reports nothing that is not written down."""

    def launches(self, now: Now) -> list[Launch | Abort | KeepIncident]:
        alerts = [each for i in self._incidents.values() for each in i.alerts.values()]
        return super().launches(now) if all(each.held for each in alerts) else []


class StandsByForEver(Outbox):
    """Leaves it to the primary."""

    def __init__(self, ways: Mapping[Way, Terms]) -> None:
        late = Seconds(1e6)
        super().__init__(
            {w: replace(t, after=late) if t.after >= STANDBY_AFTER else t for w, t in ways.items()}
        )


class OneAddressIsEnough(Outbox):
    """Does not use the backup address."""

    def __init__(self, ways: Mapping[Way, Terms]) -> None:
        super().__init__({w: t for w, t in ways.items() if not w.endswith("/backup")})


MUTANTS: Mapping[str, Parts] = {
    "no journal": Parts(wall=NoJournal),
    "lamp on publish": Parts(wall=LampOnPublish),
    "ignores presses": Parts(wall=IgnoresPresses),
    "new id per try": Parts(unit=NewIdPerTry),
    "forgets after one try": Parts(unit=ForgetsAfterOneTry),
    "keeps quiet": Parts(unit=KeepsQuiet),
    "ends when taken": Parts(unit=EndsWhenTaken),
    "believes the last": Parts(unit=BelievesTheLast),
    "answers before commit": Parts(disk=AnswersBeforeCommit),
    "loses the last commit": Parts(disk=LosesTheLastCommit),
    "counts what leaves": Parts(road=CountsWhatLeaves),
    "answers from memory": Parts(gateway=AnswersFromMemory),
    "starts empty": Parts(gateway=StartsEmpty),
    "knows the closed by heart": Parts(gateway=KnowsTheClosedByHeart),
    "closes what nobody saw": Parts(gateway=ClosesWhatNobodySaw),
    "any answer is a receipt": Parts(outbox=AnyAnswerIsAReceipt),
    "gives up": Parts(outbox=GivesUp),
    "one endpoint is enough": Parts(outbox=OneEndpointIsEnough),
    "waits for the disk": Parts(outbox=WaitsForTheDisk),
    "stands by for ever": Parts(outbox=StandsByForEver),
    "one address is enough": Parts(outbox=OneAddressIsEnough),
}


def _renamed(work: Work, now: Monotonic) -> Work:
    if not isinstance(work, Publish):
        return work
    name = uuid.uuid5(uuid.NAMESPACE_OID, f"{work.message.alert} {now}")
    return work._replace(message=replace(work.message, alert=AlertId(str(name))))


def _whole_receipt(body: str) -> bytes:
    named = [each["id"] for each in json.loads(body)["alerts"]]
    return json.dumps({"receipt": "x", "alerts": named}).encode()
