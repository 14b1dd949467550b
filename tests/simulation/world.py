"""Two units, two gateways, two endpoints of which one has a backup, and time, which all share."""

from dataclasses import dataclass

from device.unit import Unit
from gateway.outbox import Outbox
from gateway.work import Answered, Now, Unanswered
from tests.simulation.disk import Disk
from tests.simulation.network import Answer, Letter, Network, ToGateway, ToPolice, ToUnit
from tests.simulation.police import Kept, Manner, Police
from tests.simulation.school import WAYS, A, B, Gateway, MakeOutbox
from tests.simulation.wall import MakeUnit, WallUnit
from wire.ids import AlertId, EndpointName, Monotonic, Wall

EPOCH = 1_790_000_000.0


@dataclass(frozen=True)
class Parts:
    """What a world is made of; a broken variant exchanges one of them."""

    unit: MakeUnit = Unit
    outbox: MakeOutbox = Outbox
    disk: type[Disk] = Disk
    wall: type[WallUnit] = WallUnit
    gateway: type[Gateway] = Gateway


class World:
    """The whole road, in one thread and on one clock."""

    def __init__(self, parts: Parts) -> None:
        self.now = Now(Monotonic(1000.0), Wall(EPOCH))
        self.network = Network([])
        self.units = [parts.wall(room, self.network, parts.unit) for room in ("204", "205")]
        self.gateways = [
            parts.gateway(n, self.network, parts.disk(), parts.outbox, self.now) for n in (0, 1)
        ]
        # Both addresses of an endpoint lead to the same people.
        self.kept: dict[EndpointName, Kept] = {A: {}, B: {}}
        self.police = {way: Police(self.kept[name]) for way, name in WAYS.items()}
        # When an alert's newest press was, for all that any unit ever accepted.
        self.pressed: dict[AlertId, Monotonic] = {}

    def advance(self, seconds: float) -> None:
        """Time passes, and everybody looks at the clock."""
        self.now = Now(Monotonic(self.now.mono + seconds), Wall(self.now.wall + seconds))
        for unit in self.units:
            unit.tick(self.now.mono)
        for gateway in self.gateways:
            if gateway.alive:
                gateway.turn(self.now)

    def press(self, unit: WallUnit) -> None:
        unit.press(self.now.mono)
        newest = next(reversed(unit.core.open))
        self.pressed[newest] = self.now.mono

    def deliver(self, letter: Letter) -> None:
        """A letter arrives."""
        match letter:
            case ToGateway():
                self.gateways[letter.number].arrived(letter, self.now)
            case ToUnit(name, payload):
                for unit in self.units:
                    if unit.name == name:
                        unit.hear(payload, self.now.mono)
            case ToPolice():
                self._report(letter)
            case Answer():
                self._answer(letter)

    def deliver_all(self) -> None:
        """Everything that is under way arrives, and what follows from it, too."""
        for _ in range(2000):
            if not self.network.under_way:
                return
            self.deliver(self.network.take(0))
        raise AssertionError("the parts never stop talking to each other")

    def heal(self) -> None:
        """Every part works again."""
        for police in self.police.values():
            police.manner = Manner.GOOD
        for gateway in self.gateways:
            gateway.news, gateway.disk.refuses = True, False
            if not gateway.alive:
                gateway.start(self.now)
        for unit in self.units:
            unit.refuses = False
            for number in (0, 1):
                unit.link(number, True, self.now.mono)

    def settle(self, seconds: int) -> None:
        """A healthy minute: every message arrives, every disk does its part."""
        for _ in range(seconds):
            self.deliver_all()
            for unit in self.units:
                unit.sync(self.now.mono)
            for gateway in self.gateways:
                gateway.commit(self.now)
            self.deliver_all()
            self.advance(1.0)

    def delivered(self, alert: AlertId, presses: int) -> bool:
        """True if some endpoint has the alert with all of its presses."""
        return any(kept.get(alert, 0) >= presses for kept in self.kept.values())

    def durable(self, alert: AlertId, presses: int) -> bool:
        """True if some gateway's disk has it."""
        return any(each.disk.has(alert, presses) for each in self.gateways)

    def _report(self, letter: ToPolice) -> None:
        if (answer := self.police[letter.flight.way].take(letter.body)) is not None:
            self.network.send(Answer(letter.number, letter.life, letter.flight, *answer))

    def _answer(self, letter: Answer) -> None:
        gateway = self.gateways[letter.number]
        if not gateway.alive or gateway.life != letter.life:
            return
        if letter.status:
            gateway.hear(Answered(letter.flight, letter.status, letter.body, None), self.now)
        else:
            gateway.hear(Unanswered(letter.flight, "the line broke"), self.now)
