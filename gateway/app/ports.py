"""The interfaces that the loop needs of its adapters, which `run` hands in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.cameras.events import Why
from gateway.core.effects import (
    KeepDocuments,
    KeepMoments,
    ReceiverNotification,
    Save,
    SavePastFrames,
    SavePicture,
    SendReport,
)
from gateway.core.values import ChannelId, Frame, ReportId
from wire.ids import CameraId, Seconds


class Startable(Protocol):
    """A part that has threads of its own."""

    def start(self) -> None:
        """Begin."""


class LinkPort(Protocol):
    """A connection to the broker."""

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        """Hand over a message, return at once; False if it cannot leave now."""

    def publish_retained(self, topic: str, payload: bytes, lasts: Seconds) -> bool:
        """The same for what the broker keeps for `lasts`, and gives to those who come later."""


class StorePort(Protocol):
    """The disk."""

    def keep(self, work: list[Save]) -> None:
        """Hand over work to commit, in its order; return at once."""


class SenderPort(Protocol):
    """A channel to an endpoint."""

    def launch(self, launch: SendReport) -> None:
        """Send a report; return at once."""

    def abort(self, flight: ReportId) -> None:
        """Cut a report off; return at once."""


class CentrePort(Protocol):
    """A channel to an alarm centre."""

    def note(self, notice: ReceiverNotification) -> None:
        """Tell it of a trouble or a test when nothing else is to tell; return at once."""

    def stop(self, within: float) -> None:
        """Keep what it took, or give up after `within` seconds."""


class FramesPort(Protocol):
    """The newest frames of the cameras."""

    def newest(self, camera: CameraId) -> Frame | None:
        """Return the camera's newest frame; None if there is none."""

    def reason(self, camera: CameraId) -> str | None:
        """Return why a camera gives nothing; None if nothing is known."""


class LeasePort(Protocol):
    """The leases on cameras."""

    def renew(self, camera: CameraId, why: Why) -> None:
        """Need a camera for the next seconds; neither waits nor raises."""


class AlbumPort(Protocol):
    """The pictures of incidents."""

    def add(self, work: SavePicture | SavePastFrames) -> None:
        """Hand over a picture to keep, return at once."""


class EvidencePort(Protocol):
    """What endpoints acknowledged, and when each press got how far."""

    def add(self, work: KeepDocuments | KeepMoments) -> None:
        """Hand over what is to be kept, return at once."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the loop acts through."""

    link: LinkPort
    store: StorePort
    senders: Mapping[ChannelId, SenderPort]
    frames: FramesPort
    leases: LeasePort
    album: AlbumPort
    evidence: EvidencePort
    centres: Sequence[CentrePort] = ()
    first: LinkPort | None = None
    """The first gateway's broker, if this is the second one."""
