"""What the loop needs of the world, as small as it can be; adapters are handed in by `run`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.cameras.events import Why
from gateway.notice import Notice
from gateway.work import Flight, Frame, Keep, KeepPast, KeepPicture, Launch, Way
from wire.ids import CameraId


class LinkPort(Protocol):
    """A connection to the broker."""

    def tell(self, topic: str, payload: bytes) -> bool:
        """Hand over a message, return at once; False if it cannot leave now."""


class StorePort(Protocol):
    """The disk."""

    def keep(self, work: list[Keep]) -> None:
        """Hand over work to commit, in its order; return at once."""


class SenderPort(Protocol):
    """A way to an endpoint."""

    def launch(self, launch: Launch) -> None:
        """Send a report; return at once."""

    def abort(self, flight: Flight) -> None:
        """Cut a report off; return at once."""


class CentrePort(Protocol):
    """A way to an alarm centre."""

    def note(self, notice: Notice) -> None:
        """Tell it of a trouble or a test when nothing else is to tell; return at once."""


class FramesPort(Protocol):
    """The newest frames of the cameras."""

    def newest(self, camera: CameraId) -> Frame | None:
        """Return the camera's newest frame; None if there is none."""

    def reason(self, camera: CameraId) -> str | None:
        """Return why a camera gives nothing; None if nothing is known."""


class WantedPort(Protocol):
    """The leases on cameras."""

    def want(self, camera: CameraId, why: Why) -> None:
        """Need a camera for the next seconds; neither waits nor raises."""


class AlbumPort(Protocol):
    """The pictures of incidents."""

    def add(self, work: KeepPicture | KeepPast) -> None:
        """Hand over a picture to keep, return at once."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the loop acts through."""

    link: LinkPort
    store: StorePort
    senders: Mapping[Way, SenderPort]
    frames: FramesPort
    wanted: WantedPort
    album: AlbumPort
    centres: Sequence[CentrePort] = ()
