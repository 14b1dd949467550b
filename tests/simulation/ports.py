"""What a gateway's loop acts through: a network, and no cameras."""

from collections.abc import Callable

from gateway.cameras.events import Why
from gateway.core.effects import KeepDocuments, KeepMoments, SavePastFrames, SavePicture, SendReport
from gateway.core.events import SendFailed
from gateway.core.values import Frame, ReportId
from tests.simulation.network import Network, ToGateway, ToPolice, ToUnit
from tests.simulation.wall import SITE
from wire.ids import CameraId, Seconds
from wire.topics import standby_topic


class Post:
    """The link of gateway `number` to its broker; the standby hears what concerns incidents."""

    def __init__(self, number: int, network: Network, overheard: Callable[[], bool]) -> None:
        self._number = number
        self._network = network
        self._overheard = overheard

    def publish_qos0(self, topic: str, payload: bytes) -> bool:
        if "/down/" in topic:
            unit = topic.split("/")[-2]
            self._network.send(ToUnit(self._number, unit, payload))
        elif "/incident/" in topic and self._number == 0 and self._overheard():
            self._network.send(ToGateway(1, "other-gateway", topic, payload))
        elif topic == standby_topic(SITE) and self._overheard():
            self._network.send(ToGateway(0, "broker", topic, payload))
        return True

    def publish_retained(self, _topic: str, _payload: bytes, _lasts: Seconds) -> bool:
        """Nobody here listens."""
        return True


class ReportSender:
    """Sends reports; `put` hears of those that were cut off."""

    def __init__(
        self, number: int, life: int, network: Network, put: Callable[[object], None]
    ) -> None:
        self._number = number
        self._life = life
        self._network = network
        self._put = put

    def launch(self, launch: SendReport) -> None:
        self._network.send(ToPolice(self._number, self._life, launch.flight, launch.body))

    def abort(self, flight: ReportId) -> None:
        if self._network.cut(self._number, flight):
            self._put(SendFailed(flight, "no answer in time"))


class Blind:
    """Cameras that show nothing, so that nothing is there to keep."""

    def newest(self, _camera: CameraId) -> Frame | None:
        return None

    def reason(self, _camera: CameraId) -> str | None:
        return "it is dark"

    def renew(self, _camera: CameraId, _why: Why) -> None:
        pass

    def add(self, _work: SavePicture | SavePastFrames | KeepDocuments | KeepMoments) -> None:
        pass
