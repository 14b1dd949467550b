"""Wall units with a fault that somebody might take for good enough."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from device.events import StoredAlert
from device.lamp import Indication
from device.unit import Unit
from device.work import Publish, Save, Work
from tests.simulation.wall import WallUnit
from wire.codec import decode, encode
from wire.ids import AlertId, Monotonic
from wire.messages import Progress
from wire.stage import Answer, Stage


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


class CountsOnAfterARestart(Unit):
    """Takes the journal's count for the newest that was published."""

    def restore(self, now: Monotonic, rows: Iterable[StoredAlert]) -> list[Work]:
        work = super().restore(now, rows)
        self._open = {name: replace(each, counts=True) for name, each in self._open.items()}
        return work


class KeepsQuiet(Unit):
    """Blinks on, however long nobody answers."""

    def sign(self, now: Monotonic) -> Indication | None:
        sign = super().sign(now)
        return sign and sign._replace(not_delivered=False)


class EndsWhenTaken(Unit):
    """Is over for it as soon as somebody has taken it."""

    def hear(self, now: Monotonic, news: Progress) -> list[Work]:
        over = news.answer is not Answer.NONE
        return super().hear(now, replace(news, stage=Stage.CLOSED) if over else news)


class AnswerHidesNotDelivered(Unit):
    """Takes an answer for a delivery: somebody knows, so nobody needs to call 911."""

    def sign(self, now: Monotonic) -> Indication | None:
        sign = super().sign(now)
        return sign and sign._replace(not_delivered=sign.not_delivered and not sign.answer)


class BelievesTheLast(Unit):
    """Shows what it heard last, and so falls back when news overtake each other."""

    def hear(self, now: Monotonic, news: Progress) -> list[Work]:
        known = self._open.get(news.alert)
        if known is None or news.presses < known.row.presses or news.stage > known.row.stage:
            return super().hear(now, news)
        row = replace(known.row, stage=news.stage)
        self._open[news.alert] = replace(known, row=row)
        return [Save(row)]


def _renamed(work: Work, now: Monotonic) -> Work:
    if not isinstance(work, Publish):
        return work
    name = uuid.uuid5(uuid.NAMESPACE_OID, f"{work.message.alert} {now}")
    return work._replace(message=replace(work.message, alert=AlertId(str(name))))
