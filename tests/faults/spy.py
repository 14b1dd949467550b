"""Hears what goes over a broker, and says things there that no unit would."""

import threading
import time
from typing import Any, Self

from service.broker import Broker
from service.events import LinkUp, MessageReceived
from service.threaded_link import ThreadedLink
from tests.faults.checker import Claim, Press
from tests.gateway.core import alert
from tests.waiting import until
from wire.codec import decode, encode
from wire.ids import SiteId, UnitId
from wire.messages import Progress
from wire.topics import alert_topic

_SITE = SiteId("lincoln")
_ALL = "tocsin/v1/lincoln/#"


class Spy:
    """A client of the broker on `port` that is there within the block."""

    def __init__(self, port: int) -> None:
        self.heard: list[MessageReceived] = []
        self._alerts = 0
        self._up = threading.Event()
        self._link = ThreadedLink(
            "spy", Broker(url=f"mqtt://127.0.0.1:{port}"), "spy", [_ALL], self._put
        )

    def __enter__(self) -> Self:
        self._link.start()
        assert self._up.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._link.stop()

    def alerts(self) -> list[float]:
        """When each message came that a unit sent as an alert."""
        return [each.at for each in list(self.heard) if each.topic.endswith("/alert")]

    def has_heard_alerts(self, count: int) -> bool:
        """True once that many messages came that units sent as alerts."""
        return self._alerts >= count

    def hears(self, topic: str) -> bool:
        """True if anything was said on a topic that ends so."""
        return any(each.topic.endswith(topic) for each in list(self.heard))

    def press(self, room: str) -> Press:
        """Be the unit of `room`, as far as the wire goes, and press."""
        unit = UnitId(f"lincoln-{room}")
        press = alert(room)
        self.say(alert_topic(_SITE, unit), encode(press))
        return Press(time.monotonic(), unit)

    def claims(self, says: str) -> list[Claim]:
        """What units were told of alerts that got so far."""
        told = ((each, decode(each.payload)) for each in list(self.heard) if _is_progress(each))
        return [
            Claim(each.at, each.topic.split("/")[4], news.alert, says)
            for each, news in told
            if isinstance(news, Progress) and news.stage.name == says
        ]

    def say(self, topic: str, payload: bytes) -> None:
        """Publish anything."""
        until(lambda: self._link.publish(topic, payload))

    def _put(self, event: Any) -> None:
        if isinstance(event, LinkUp):
            self._up.set()
        elif isinstance(event, MessageReceived):
            self.heard.append(event)
            self._alerts += event.topic.endswith("/alert")


def _is_progress(each: MessageReceived) -> bool:
    return each.topic.endswith("/progress")
