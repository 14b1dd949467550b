"""A wall unit: the production core, and a journal that loses what was not synced."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

from device import debounce
from device.events import Journaled, Loaded, StoredAlert
from device.health import Health
from device.unit import Unit
from device.work import Forget, Publish, Save, StageReached, Work
from tests.simulation.network import Network, ToGateway
from wire.codec import decode, encode
from wire.ids import AlertId, BootId, Monotonic, RoomId, Seconds, SiteId, UnitId
from wire.messages import Progress
from wire.stage import Stage
from wire.topics import alert_topic, heartbeat_topic
from wire.unit_troubles import JOURNAL

SITE = SiteId("lincoln")
LINKS = ("0", "1")
MakeUnit = Callable[[UnitId, RoomId, BootId, float], Unit]


class WallUnit:
    """One unit with a link to each of two gateways.

    `shown` is what it has shown of each alert, `since` when the newest press of each began, `held`
    what it has called held, `ended` the presses of those whose lamp it has put out, `fell` those
    of which it has shown less after it had shown more of the same press.
    """

    def __init__(
        self, room: str, network: Network, make: MakeUnit, names: Iterator[uuid.UUID]
    ) -> None:
        self.name = UnitId(f"lincoln-{room}")
        self.links = [True, True]
        self.journal: dict[AlertId, StoredAlert] = {}
        self.refuses = False
        self.held: set[AlertId] = set()
        self.ended: dict[AlertId, int] = {}
        self.fell: set[AlertId] = set()
        self._room = RoomId(room)
        self._network = network
        self._make = make
        self._names = names
        self._loaded = False
        self._waiting: dict[AlertId, StoredAlert | None] = {}
        self._notes: list[Loaded | Journaled] = []
        self._boot(Monotonic(0.0), reboot=True)

    def press(self, now: Monotonic) -> AlertId:
        """Press the button; return the id of its alert, new or not."""
        new = AlertId(str(next(self._names)))
        self._do(self.core.press(now, now, new, None))
        name = next(reversed(self.core.open))
        self.since[name] = now
        return name

    def hear(self, number: int, payload: bytes, now: Monotonic) -> None:
        message = decode(payload)
        assert isinstance(message, Progress)
        if self.links[number]:
            self.health.heard(LINKS[number])
            self._do(self.core.hear(now, message))

    def tick(self, now: Monotonic) -> None:
        """A turn of its loop: news of the disk, repeats, a heartbeat."""
        self._take_notes(now)
        self._do(self.core.tick(now))
        self.health.trouble(JOURNAL.name(), lasts=self.refuses)
        troubles = self.health.troubles(now, self._contact, self.core.late(now))
        beat = self.health.tick(now, troubles, self.core.seq, self.core.open)
        if beat is not None:
            self._tell(heartbeat_topic(SITE, self.name), encode(beat), None)

    def link(self, number: int, up: bool, now: Monotonic) -> None:
        """A way to a gateway opens or closes."""
        came_up = up and not self.links[number]
        self.links[number] = up
        if came_up:
            self.health.link_up(LINKS[number], now)
            self._do(self.core.link_up(now, LINKS[number]))
        elif not up:
            self.health.link_down(LINKS[number], now)

    def sync(self) -> None:
        """The disk gives what it holds, once, and takes what waits, unless it refuses."""
        if self.refuses:
            return
        if not self._loaded:
            self._loaded = True
            self._notes.append(Loaded(self._read()))
        batch, self._waiting = self._waiting, {}
        for alert, row in batch.items():
            if row is None:
                self.journal.pop(alert, None)
                continue
            self.journal[alert] = row
            self._notes.append(Journaled(alert, row.presses))

    def crash(self, now: Monotonic, reboot: bool) -> None:
        """The power is cut, or the process alone dies; then it starts again."""
        self._boot(now, reboot)

    def burn(self, now: Monotonic) -> None:
        """The unit and its journal are gone."""
        self.journal = {}
        self.held = set()
        self._boot(now, reboot=True)

    def _boot(self, now: Monotonic, reboot: bool) -> None:
        boot = BootId(str(next(self._names)))
        self.core = self._make(self.name, self._room, boot, 0.0)
        self.health = Health(self.name, self._room, boot, LINKS, now)
        self.shown: dict[AlertId, StoredAlert] = {}
        self.since: dict[AlertId, Monotonic] = {}
        self._contact = debounce.begin(now, Seconds(0.0))
        self._rebooted = reboot
        self._loaded = False
        self._waiting = {}
        self._notes = []
        for number, up in enumerate(self.links):
            if up:
                self.health.link_up(LINKS[number], now)

    def _read(self) -> tuple[StoredAlert, ...]:
        rows = self.journal.values()
        if not self._rebooted:
            return tuple(rows)
        return tuple(replace(row, pressed=None, further=()) for row in rows)

    def _take_notes(self, now: Monotonic) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            match note:
                case Loaded(rows):
                    for row in rows:
                        self.shown[row.alert] = row
                        self.since[row.alert] = (
                            Monotonic(0.0) if row.pressed is None else row.pressed
                        )
                    self._do(self.core.restore(now, rows))
                case Journaled(alert, presses):
                    self._do(self.core.journaled(now, alert, presses))

    def _do(self, work: list[Work]) -> None:
        for each in work:
            match each:
                case Publish(message, link):
                    self._tell(alert_topic(SITE, self.name), encode(message), link)
                case Save(row):
                    self._show(row)
                    self._waiting[row.alert] = row
                case Forget(alert):
                    self._waiting[alert] = None
                    self.ended[alert] = self.shown.pop(alert).presses
                    self.held.discard(alert)
                case StageReached(alert, _, Stage.STORED, _):
                    self.held.add(alert)

    def _show(self, row: StoredAlert) -> None:
        before = self.shown.get(row.alert)
        same = before if before and before.presses == row.presses else None
        if same and (same.stage > row.stage or same.answer > row.answer):
            self.fell.add(row.alert)
        self.shown[row.alert] = row

    def _tell(self, topic: str, payload: bytes, link: str | None) -> None:
        for number, up in enumerate(self.links):
            if up and link in (None, LINKS[number]):
                self._network.send(ToGateway(number, "broker", topic, payload))
