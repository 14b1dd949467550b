"""The gateway's production loop on small parts of a test's own, which takes its turns by hand."""

from dataclasses import dataclass
from typing import Any

from gateway.app.conditions import Conditions
from gateway.app.effects import EffectRunner
from gateway.app.inbox import Inbox
from gateway.app.loop import Loop
from gateway.app.ports import Ports
from gateway.app.thread_watch import ThreadWatch
from gateway.cameras.events import Why
from gateway.core.effects import (
    KeepDocuments,
    KeepMoments,
    Save,
    SavePastFrames,
    SavePicture,
    SendReport,
)
from gateway.core.values import ChannelId, Frame, ReportId
from tests.gateway.core import POLICE, SITE, Core, at
from wire.ids import CameraId, Seconds


class Parts:
    """A link, a disk, a sender and a camera folder that note what they were asked to do."""

    def __init__(self) -> None:
        self.launched: list[SendReport] = []
        self.kept: list[Save] = []
        self.told: list[str] = []

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        self.told.append(topic)
        return bool(payload)

    def publish_retained(self, _topic: str, payload: bytes, _lasts: Seconds) -> bool:
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


@dataclass
class Part:
    """A link, a store or a register reader, as far as its fault goes."""

    fault: str | None = None


class Turns:
    """The production loop, turn by turn: so many seconds pass with each."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.core, self.inbox, self.parts = Core(), Inbox(), Parts()
        self._seconds = seconds
        self.broker, self.other = Part(), Part()
        self.store, self.register = Part(), Part()
        links = (self.broker, self.other)
        conditions = Conditions(self.inbox, links, self.store, self.register, ThreadWatch())
        parts, self.second = self.parts, 0.0
        ports = Ports(parts, parts, {ChannelId(POLICE): parts}, parts, parts, parts, parts)
        self._loop = Loop(
            self.core.dispatcher,
            EffectRunner(SITE, ports),
            parts,
            self.inbox,
            lambda: at(self.second),
            lambda: None,
            conditions.standing,
            print,
        )

    def standing(self, *events: Any) -> set[str]:
        """Take a turn, and return which troubles stand then."""
        self.second += self._seconds
        self._loop._turn(list(events))
        return {str(name) for name in self.core.troubles.names}
