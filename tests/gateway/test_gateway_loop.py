"""The gateway's loop itself, on small parts of the test's own."""

import itertools
from typing import Any

from gateway.app.effects import EffectRunner
from gateway.app.inbox import Inbox
from gateway.app.loop import Loop
from gateway.app.ports import Ports
from gateway.cameras.events import Why
from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import (
    Effect,
    KeepDocuments,
    KeepMoments,
    Save,
    SavePastFrames,
    SavePicture,
    SendReport,
)
from gateway.core.values import ChannelId, Frame, Now, ReportId
from service.events import MessageReceived, Stop
from tests.gateway.core import POLICE, SITE, Core, alert, at
from wire.codec import encode
from wire.ids import CameraId
from wire.topics import alert_topic
from wire.trouble import TroubleName


class Parts:
    """A link, a disk, a sender and a camera folder that note what they were asked to do."""

    def __init__(self) -> None:
        self.launched: list[SendReport] = []
        self.kept: list[Save] = []
        self.told: list[str] = []

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        self.told.append(topic)
        return bool(payload)

    def keep(self, work: list[Save]) -> None:
        self.kept += work

    def launch(self, launch: SendReport) -> None:
        self.launched.append(launch)

    def abort(self, flight: ReportId) -> None:
        raise AssertionError(flight)

    def newest(self, camera: CameraId) -> Frame | None:
        self.told.append(camera)
        return None

    def reason(self, camera: CameraId) -> str | None:
        return f"{camera} is dark"

    def renew(self, camera: CameraId, why: Why) -> None:
        self.told.append(f"{camera}.{why.value}")

    def add(self, work: SavePicture | SavePastFrames | KeepDocuments | KeepMoments) -> None:
        if isinstance(work, SavePicture | SavePastFrames):
            self.told.append(work.incident)


class Poisoned(Dispatcher):
    """A dispatcher with a fault of ours in it: one kind of event makes it raise."""

    def handle(self, event: Any, now: Now) -> list[Effect]:
        if event == "poison":
            raise RuntimeError("our own fault")
        return super().handle(event, now)


def test_an_event_that_we_fail_on_takes_neither_the_next_alert_nor_the_process_with_it() -> None:
    core, parts, inbox, seconds = Core(), Parts(), Inbox(), itertools.count()
    core.dispatcher.__class__ = Poisoned
    press = alert()
    inbox.put("poison")
    topic = alert_topic(SITE, press.unit)
    inbox.put(MessageReceived("broker", topic, encode(press), at(0).mono, retained=False))
    inbox.put(Stop())
    ports = Ports(parts, parts, {ChannelId(POLICE): parts}, parts, parts, parts, parts)
    clock = (at(float(second)) for second in seconds)
    effects, ticks = EffectRunner(SITE, ports), lambda: next(clock)
    again, no_fault = (lambda: None), dict[TroubleName, str]
    Loop(core.dispatcher, effects, parts, inbox, ticks, again, no_fault, lambda _: None).run()
    assert press.alert in parts.launched[0].body
