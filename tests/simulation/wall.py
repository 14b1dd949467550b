"""A wall unit: the production core, and a journal that loses what was not synced."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace

from device.events import Row
from device.unit import Climbed, Forget, Publish, Save, Unit, Work
from tests.simulation.network import Network, ToGateway
from wire.codec import decode, encode
from wire.ids import AlertId, BootId, Monotonic, RoomId, SiteId, UnitId
from wire.messages import Progress
from wire.stage import Stage
from wire.topics import alert_topic

SITE = SiteId("lincoln")
MakeUnit = Callable[[UnitId, RoomId, BootId, float], Unit]


class WallUnit:
    """One unit with a link to each of two gateways."""

    def __init__(self, room: str, network: Network, make: MakeUnit = Unit) -> None:
        self.name = UnitId(f"lincoln-{room}")
        self.links = [True, True]
        self.journal: dict[AlertId, Row] = {}
        self.waiting: dict[AlertId, Row | None] = {}
        self.refuses = False
        # What the unit has shown of each alert, and which it has called held.
        self.shown: dict[AlertId, Row] = {}
        self.held: set[AlertId] = set()
        self._room = RoomId(room)
        self._network = network
        self._make = make
        self.core = self._boot()

    def press(self, now: Monotonic) -> AlertId | None:
        """Press the button; return the alert's id if it is a new one."""
        new = AlertId(str(uuid.uuid4()))
        self._do(self.core.press(now, now, new, None))
        return new if new in self.core.open else None

    def hear(self, payload: bytes, now: Monotonic) -> None:
        message = decode(payload)
        assert isinstance(message, Progress)
        self._do(self.core.hear(now, message))

    def tick(self, now: Monotonic) -> None:
        self._do(self.core.tick(now))

    def link(self, number: int, up: bool, now: Monotonic) -> None:
        """A way to a gateway opens or closes."""
        came_up = up and not self.links[number]
        self.links[number] = up
        if came_up:
            self._do(self.core.link_up(now, str(number)))

    def sync(self, now: Monotonic) -> None:
        """The disk takes what waits, unless it refuses."""
        if self.refuses:
            return
        batch, self.waiting = self.waiting, {}
        for alert, row in batch.items():
            if row is None:
                self.journal.pop(alert, None)
                continue
            self.journal[alert] = row
            self._do(self.core.journaled(now, alert, row.presses))

    def crash(self, now: Monotonic, reboot: bool) -> None:
        """The power is cut, or the process alone dies; then it starts again."""
        self.waiting = {}
        self.shown = {}
        self.core = self._boot()
        rows = [replace(row, pressed=None if reboot else row.pressed) for row in self._read()]
        self.shown = {row.alert: row for row in rows}
        self._do(self.core.restore(now, rows))

    def burn(self, now: Monotonic) -> None:
        """The unit and its journal are gone."""
        self.journal = {}
        self.held = set()
        self.crash(now, reboot=True)

    def _read(self) -> Iterable[Row]:
        return list(self.journal.values())

    def _boot(self) -> Unit:
        return self._make(self.name, self._room, BootId(str(uuid.uuid4())), 0.0)

    def _do(self, work: list[Work]) -> None:
        for each in work:
            match each:
                case Publish(message, link):
                    self._publish(encode(message), link)
                case Save(row):
                    self.waiting[row.alert] = self.shown[row.alert] = row
                case Forget(alert):
                    self.waiting[alert] = None
                    self.shown.pop(alert, None)
                    self.held.discard(alert)
                case Climbed(alert, _, stage, _):
                    if stage is Stage.HELD:
                        self.held.add(alert)

    def _publish(self, payload: bytes, link: str | None) -> None:
        for number, up in enumerate(self.links):
            if up and link in (None, str(number)):
                topic = alert_topic(SITE, self.name)
                self._network.send(ToGateway(number, "broker", topic, payload))
