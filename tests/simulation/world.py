"""Two units, two gateways, two endpoints of which one has a backup, and time, which all share."""

import itertools
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from device.unit import Unit
from gateway.core.delivery.outbox import Outbox
from gateway.core.events import OperatorActed, ResponseReceived, SendFailed
from gateway.core.incidents.intake import read_alert
from gateway.core.values import Now
from service.events import MessageReceived
from tests.simulation.disk import Disk
from tests.simulation.network import FromPolice, Letter, Network, ToGateway, ToPolice, ToUnit
from tests.simulation.police import Kept, Police
from tests.simulation.ports import ReportSender
from tests.simulation.school import CHANNELS, REGISTER, A, B, Gateway, MakeOutbox, MakeSender
from tests.simulation.wall import SITE, MakeUnit, WallUnit
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, Wall
from wire.limits import MOST_ALERTS_OF_A_UNIT
from wire.stage import Answer
from wire.topics import alert_topic

EPOCH = 1_790_000_000.0
Press = tuple[AlertId, int]


@dataclass(frozen=True)
class Parts:
    """What a world is made of; a broken variant exchanges one of them."""

    unit: MakeUnit = Unit
    outbox: MakeOutbox = Outbox
    sender: MakeSender = ReportSender
    disk: type[Disk] = Disk
    wall: type[WallUnit] = WallUnit
    gateway: type[Gateway] = Gateway


class World:
    """The whole path of a press, in one thread and on one clock, and what truly happened.

    `pressed` counts the presses of each alert, `when` is the moment of each.  `taken` is who took
    it, and the presses that they saw; `closed` the same of those that ended it.  `gone` are rows
    that were on a disk that broke.  `counted` says under which names a gateway counts presses that
    a unit told, beside the one that the unit uses.
    """

    def __init__(self, parts: Parts) -> None:
        self.now = Now(Monotonic(1000.0), Wall(EPOCH))
        self.network = Network([])
        # The same names in every run, so that what failed once fails again.
        names = (uuid.UUID(int=number) for number in itertools.count(1))
        self.units = [parts.wall(room, self.network, parts.unit, names) for room in ("204", "205")]
        self.gateways = [
            parts.gateway(n, self.network, parts.disk(), parts.outbox, parts.sender, self.clock)
            for n in (0, 1)
        ]
        # Both addresses of an endpoint lead to the same people.
        self.kept: dict[EndpointName, Kept] = {A: Kept(), B: Kept()}
        self.police = {channel: Police(self.kept[name]) for channel, name in CHANNELS.items()}
        self.pressed: dict[AlertId, int] = {}
        self.named: Counter[tuple[AlertId, int]] = Counter()
        self.when: dict[tuple[AlertId, int], Monotonic] = {}
        self.taken: dict[AlertId, dict[Answer, int]] = {}
        self.closed: dict[AlertId, int] = {}
        self.gone: dict[AlertId, int] = {}
        self.counted: dict[AlertId, set[Press]] = {}

    def clock(self) -> Now:
        return self.now

    def advance(self, seconds: float) -> None:
        """Time passes, and everybody looks at the clock."""
        self.now = Now(Monotonic(self.now.mono + seconds), Wall(self.now.wall + seconds))
        for unit in self.units:
            unit.tick(self.now.mono)
        self.turn()
        self.pause()

    def turn(self) -> None:
        """Gateways take what came in."""
        for gateway in self.gateways:
            gateway.turn()
            self._note_what_is_counted_elsewhere(gateway)

    def pause(self) -> None:
        """Gateways have nothing else to do."""
        for gateway in self.gateways:
            gateway.pause()

    def press(self, unit: WallUnit) -> AlertId:
        name = unit.press(self.now.mono)
        self.pressed[name] = self.pressed.get(name, 0) + 1
        number = unit.shown[name].presses
        self.named[name, number] += 1
        self.when[name, number] = self.now.mono
        return name

    def send_garbage(self, unit: WallUnit, number: int, payload: bytes) -> None:
        """A unit says something that nobody can read: who hears it must raise an alert."""
        name = read_alert(SITE, unit.name, payload, REGISTER, self.now).id
        self.pressed[name], self.when[name, 1] = 1, self.now.mono
        self.network.send(ToGateway(number, "broker", alert_topic(SITE, unit.name), payload))

    def act(
        self,
        gateway: Gateway,
        incident: IncidentId,
        what: str,
        by: str,
        side: Answer = Answer.SCHOOL,
    ) -> None:
        """A person does something about an incident as it stands in the store."""
        seen = gateway.disk.alerts_of(incident)
        for alert, presses in seen.items():
            if what == "close":
                self.closed[alert] = max(presses, self.closed.get(alert, 0))
            elif what == "acknowledge":
                by_side = self.taken.setdefault(alert, {})
                by_side[side] = max(presses, by_side.get(side, 0))
        gateway.hear(OperatorActed(incident, what, by, seen=seen, side=side))

    def move(
        self,
        gateway: Gateway,
        incident: IncidentId,
        what: str,
        to: IncidentId,
        seen: Mapping[AlertId, int],
    ) -> None:
        """A person says that these alerts belong to another incident."""
        gateway.ask(OperatorActed(incident, what, "Ms Move", seen=seen, detail=to))

    def deliver(self, letter: Letter) -> None:
        """A letter arrives."""
        match letter:
            case ToGateway(number, link, topic, payload):
                arrived = MessageReceived(link, topic, payload, self.now.mono, False)
                self.gateways[number].hear(arrived)
            case ToUnit(number, name, payload):
                for unit in self.units:
                    if unit.name == name:
                        unit.hear(number, payload, self.now.mono)
            case ToPolice():
                self._report(letter)
            case FromPolice():
                self._answer(letter)

    def deliver_all(self) -> None:
        """Everything that is under way arrives, and what follows from it, too."""
        for _ in range(2000):
            self.turn()
            self.pause()
            if not self.network.under_way:
                return
            letters, self.network.under_way = self.network.under_way, []
            for letter in letters:
                self.deliver(letter)
        raise AssertionError("the parts never stop talking to each other")

    def settle(self, times: int, apart: float = 1.0) -> None:
        """Every message arrives, every disk does its part, so often and so many seconds apart."""
        for _ in range(times):
            self.deliver_all()
            for unit in self.units:
                unit.sync()
                unit.tick(self.now.mono)
            for gateway in self.gateways:
                gateway.commit()
            self.deliver_all()
            self.advance(apart)

    def delivered(self, alert: AlertId, presses: int) -> bool:
        """True if some endpoint has the alert with all of its presses."""
        return any(self.covers(kept.alerts, alert, presses) for kept in self.kept.values())

    def durable(self, alert: AlertId, presses: int) -> bool:
        """True if some gateway's disk has the alert with all of its presses, or had it."""
        rows = [self.gone, *({a: n for a, (n, _) in g.disk.alerts.items()} for g in self.gateways)]
        return any(self.covers(each, alert, presses) for each in rows)

    def covers(self, found: Mapping[AlertId, int], alert: AlertId, presses: int) -> bool:
        """True if the presses `found` of alerts are those of this one, by whatever name."""
        names = self.counted.get(alert, ())
        return found.get(alert, 0) >= presses or any(found.get(a, 0) >= n for a, n in names)

    def committed(self) -> dict[AlertId, int]:
        """What the gateways' disks hold of alerts, with their presses."""
        found: dict[AlertId, int] = {}
        for gateway in self.gateways:
            for alert, (presses, _) in gateway.disk.alerts.items():
                found[alert] = max(presses, found.get(alert, 0))
        return found

    def journaled(self) -> dict[AlertId, int]:
        """What the units' journals hold of alerts, with their presses."""
        rows = (row for unit in self.units for row in unit.journal.values())
        return {row.alert: row.presses for row in rows}

    def _note_what_is_counted_elsewhere(self, gateway: Gateway) -> None:
        """Beyond some alerts of a unit, gateways count what it tells as presses of one more."""
        if len(self.when) < MOST_ALERTS_OF_A_UNIT:
            return
        for unit in self.units:
            for (alert, number), moment in list(self.when.items()):
                folded = gateway.incidents.folded.get(unit.name, alert)
                if folded and folded.presses >= number:
                    self._is_counted(alert, (folded.into, folded.counts), moment)

    def _is_counted(self, alert: AlertId, as_press: Press, moment: Monotonic) -> None:
        into, number = as_press
        self.counted.setdefault(alert, set()).add(as_press)
        self.pressed[into] = max(number, self.pressed.get(into, 0))
        self.when[as_press] = min(moment, self.when.get(as_press, moment))

    def _report(self, letter: ToPolice) -> None:
        reply = self.police[letter.flight.channel].take(letter.body)
        if reply is not None:
            self.network.send(FromPolice(letter.number, letter.life, letter.flight, *reply))

    def _answer(self, letter: FromPolice) -> None:
        gateway = self.gateways[letter.number]
        if gateway.life != letter.life:
            return
        if letter.status:
            gateway.hear(
                ResponseReceived(letter.flight, letter.status, letter.body, letter.headers)
            )
        else:
            gateway.hear(SendFailed(letter.flight, "the line broke"))
