"""The gateway's loop itself, on small parts of the test's own."""

import itertools
from typing import Any

from gateway.cameras.events import Why
from gateway.desk import Desk
from gateway.inbox import Inbox
from gateway.loop import Loop
from gateway.ports import Ports
from gateway.work import Flight, Frame, Keep, KeepPast, KeepPicture, Launch, Now, Way, Work
from service.events import Arrived, Stop
from tests.gateway.core import POLICE, REGISTER, SITE, Core, alert, at
from wire.codec import encode
from wire.ids import CameraId
from wire.topics import alert_topic


class Parts:
    """A link, a disk, a sender and a camera folder that note what they were asked to do."""

    def __init__(self) -> None:
        self.launched: list[Launch] = []
        self.kept: list[Keep] = []
        self.told: list[str] = []

    def tell(self, topic: str, payload: bytes) -> bool:
        self.told.append(topic)
        return bool(payload)

    def keep(self, work: list[Keep]) -> None:
        self.kept += work

    def launch(self, launch: Launch) -> None:
        self.launched.append(launch)

    def abort(self, flight: Flight) -> None:
        raise AssertionError(flight)

    def newest(self, camera: CameraId) -> Frame | None:
        self.told.append(camera)
        return None

    def reason(self, camera: CameraId) -> str | None:
        return f"{camera} is dark"

    def want(self, camera: CameraId, why: Why) -> None:
        self.told.append(f"{camera}.{why.value}")

    def add(self, work: KeepPicture | KeepPast) -> None:
        self.told.append(work.incident)


class Poisoned(Desk):
    """A desk with a fault of ours in it: one kind of event makes it raise."""

    def hear(self, event: Any, now: Now) -> list[Work]:
        if event == "poison":
            raise RuntimeError("our own fault")
        return super().hear(event, now)


def test_an_event_that_we_fail_on_takes_neither_the_next_alert_nor_the_process_with_it() -> None:
    core, parts, inbox, seconds = Core(), Parts(), Inbox(), itertools.count()
    core.desk.__class__ = Poisoned
    press = alert()
    inbox.put("poison")
    topic = alert_topic(SITE, press.unit)
    inbox.put(Arrived("broker", topic, encode(press), at(0).mono, retained=False))
    inbox.put(Stop())
    ports = Ports(parts, parts, {Way(POLICE): parts}, parts, parts, parts)
    clock = (at(float(second)) for second in seconds)
    Loop(SITE, core.desk, ports, inbox, lambda: next(clock), lambda: REGISTER, lambda _: None).run()
    assert press.alert in parts.launched[0].body
