"""Carries out the effects that the core returns, in their order."""

import logging
from collections.abc import Iterable, Mapping

from device.ports import Gateway, Journal, Topics
from device.work import AnswerHeard, Forget, Publish, Save, StageReached, Work
from wire.codec import encode
from wire.ids import AlertId, RoomId, Seconds
from wire.messages import Heartbeat

stage_log = logging.getLogger("device.stages")


class EffectRunner:
    """Tells the gateways, the journal and the log."""

    def __init__(self, gateways: Mapping[str, Gateway], journal: Journal, topics: Topics) -> None:
        self._gateways = gateways
        self._journal = journal
        self._topics = topics

    def run(self, works: Iterable[Work]) -> None:
        """Carry out all of it, now."""
        for work in works:
            match work:
                case Publish(message, link):
                    self._tell(self._topics.alert, encode(message), link)
                case Save(row):
                    self._journal.save(row)
                case Forget(alert):
                    self._journal.forget(alert)
                case StageReached(alert, room, stage, after):
                    _log_fact(alert, room, stage.name, after, {"stage": stage.name})
                case AnswerHeard(alert, room, answer, after):
                    words = f"answered, {answer.word}"
                    _log_fact(alert, room, words, after, {"answer": answer.word})

    def beat(self, beat: Heartbeat) -> None:
        """Send every gateway the unit's health."""
        self._tell(self._topics.heartbeat, encode(beat))

    def _tell(self, topic: str, payload: bytes, only: str | None = None) -> None:
        for name, gateway in self._gateways.items():
            if only in (None, name):
                gateway.publish(topic, payload)


def _log_fact(
    alert: AlertId, room: RoomId, words: str, after: Seconds, fact: Mapping[str, str]
) -> None:
    stage_log.info(
        "alert %s in room %s: %s after %.4f s",
        alert,
        room,
        words,
        after,
        extra={"alert": alert, "room": room, **fact, "after": after},
    )
