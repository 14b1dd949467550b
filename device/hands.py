"""Does the work that the core asks for, in the order in which it asks."""

import logging
from collections.abc import Iterable, Mapping

from device.ports import Gateway, Journal, Topics
from device.unit import Climbed, Forget, Publish, Save, Work
from wire.codec import encode
from wire.messages import Heartbeat

story = logging.getLogger("device.story")


class Hands:
    """Tells the gateways, the journal and the log."""

    def __init__(self, gateways: Mapping[str, Gateway], journal: Journal, topics: Topics) -> None:
        self._gateways = gateways
        self._journal = journal
        self._topics = topics

    def do(self, works: Iterable[Work]) -> None:
        """Do all of it, now."""
        for work in works:
            match work:
                case Publish(message, link):
                    self._tell(self._topics.alert, encode(message), link)
                case Save(row):
                    self._journal.save(row)
                case Forget(alert):
                    self._journal.forget(alert)
                case Climbed():
                    _tell_story(work)

    def beat(self, beat: Heartbeat) -> None:
        """Tell every gateway how the unit is."""
        self._tell(self._topics.heartbeat, encode(beat))

    def _tell(self, topic: str, payload: bytes, only: str | None = None) -> None:
        for name, gateway in self._gateways.items():
            if only in (None, name):
                gateway.publish(topic, payload)


def _tell_story(climbed: Climbed) -> None:
    alert, room, stage, after = climbed
    story.info(
        "alert %s in room %s: %s after %.4f s",
        alert,
        room,
        stage.name,
        after,
        extra={"alert": alert, "room": room, "stage": stage.name, "after": after},
    )
