"""All that can happen to a school, in any order, and what must hold after each of it."""

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.simulation.ending import Lasting, all_arrives, nothing_rises, presses_arrive_without
from tests.simulation.invariants import hold
from tests.simulation.police import Manner
from tests.simulation.school import JOIN, Gateway
from tests.simulation.world import EPOCH, Parts, World
from wire.ids import AlertId, IncidentId, Wall
from wire.stage import Answer

EITHER = st.integers(0, 1)
ANY = st.integers(0, 1_000)
# The two units, then the two gateways.
WHOSE = st.integers(0, 3)
MOMENTS = st.sampled_from([0.01, 0.3, 1.0, 2.5, 5.0, 16.0, JOIN + 1.0])
JUMPS = st.sampled_from([0.0, -EPOCH, -3e8, 86400.0, 3e8])
SIDES = st.sampled_from([Answer.SCHOOL, Answer.RECEIVER])
DEEDS = st.sampled_from(["acknowledge", "close", "message", "all-clear"])
RUBBISH = st.sampled_from([b"", b"\xff\x00", b'{"v":1', b"[1e999]"])


class Machine(RuleBasedStateMachine):
    """Drives the production cores of units and gateways; `parts` may exchange one of them."""

    parts = Parts()

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.parts)
        self.journaled: dict[AlertId, int] = {}
        self.committed: dict[AlertId, int] = {}
        self.lasting = Lasting.NOTHING
        self.deeds = 0

    @initialize(fault=st.sampled_from(Lasting))
    def choose_what_nobody_mends(self, fault: Lasting) -> None:
        self.lasting = fault

    # What people do.

    @rule(which=EITHER)
    def press(self, which: int) -> None:
        self.world.press(self.world.units[which])

    @precondition(lambda self: self.open_incidents())
    @rule(place=ANY, what=DEEDS, side=SIDES)
    def act(self, place: int, what: str, side: Answer) -> None:
        found = self.open_incidents()
        gateway, incident = found[place % len(found)]
        self.deeds += 1
        self.world.act(gateway, incident, what, f"Officer {self.deeds}", side)

    @precondition(lambda self: self.open_incidents())
    @rule(place=ANY, which=ANY)
    def split(self, place: int, which: int) -> None:
        """A person puts one of several alerts into an incident of its own."""
        found = self.open_incidents()
        gateway, incident = found[place % len(found)]
        seen = sorted(gateway.disk.alerts_of(incident).items())
        self.deeds += 1
        to = IncidentId(str(uuid.UUID(int=1_000_000 + self.deeds)))
        if seen:
            self.world.move(gateway, incident, "split", to, dict([seen[which % len(seen)]]))

    @precondition(lambda self: len(self.open_incidents()) > 1)
    @rule(place=ANY, other=ANY)
    def join(self, place: int, other: int) -> None:
        """A person puts all of an incident into another one, as the same gateway has them."""
        found = self.open_incidents()
        gateway, incident = found[place % len(found)]
        beside = [name for each, name in found if each is gateway and name != incident]
        if beside:
            seen = gateway.disk.alerts_of(incident)
            self.world.move(gateway, incident, "join", beside[other % len(beside)], seen)

    # What the network does.

    @precondition(lambda self: self.world.network.under_way)
    @rule(places=st.lists(ANY, min_size=1, max_size=4), pause=st.booleans())
    def deliver(self, places: list[int], pause: bool) -> None:
        for place in places:
            if self.world.network.under_way:
                self.world.deliver(self.world.network.take(place))
        self.world.turn()
        if pause:
            self.world.pause()

    @precondition(lambda self: self.world.network.under_way)
    @rule(place=ANY)
    def deliver_twice(self, place: int) -> None:
        letter = self.world.network.take(place)
        self.world.network.send(letter)
        self.world.deliver(letter)
        self.world.turn()

    @precondition(lambda self: self.world.network.under_way)
    @rule(place=ANY)
    def lose(self, place: int) -> None:
        self.world.network.take(place)

    @rule(which=EITHER, number=EITHER, up=st.booleans())
    def wire_to_a_unit(self, which: int, number: int, up: bool) -> None:
        self.world.units[which].link(number, up, self.world.now.mono)

    @rule(which=EITHER, up=st.booleans())
    def wire_to_a_gateway(self, which: int, up: bool) -> None:
        """Of its own broker, and of the news that the standby hears of the primary."""
        self.world.gateways[which].broker(up)
        self.world.gateways[which].overheard = up

    # What machines do.

    @rule(whose=WHOSE)
    def a_disk_writes(self, whose: int) -> None:
        if whose < 2:
            self.world.units[whose].sync()
        else:
            self.world.gateways[whose - 2].commit()

    @rule(whose=WHOSE, refuses=st.booleans())
    def disk(self, whose: int, refuses: bool) -> None:
        if whose < 2:
            self.world.units[whose].refuses = refuses
        else:
            self.world.gateways[whose - 2].disk.refuses = refuses

    @rule(which=EITHER, reboot=st.booleans())
    def unit_crashes(self, which: int, reboot: bool) -> None:
        self.world.units[which].crash(self.world.now.mono, reboot)

    @rule(which=EITHER, comes_back=st.booleans())
    def gateway_crashes(self, which: int, comes_back: bool) -> None:
        self.world.gateways[which].crash()
        if comes_back:
            self.world.gateways[which].start()

    @precondition(lambda self: not all(each.alive for each in self.world.gateways))
    @rule()
    def gateways_start(self) -> None:
        for gateway in self.world.gateways:
            if not gateway.alive:
                gateway.start()

    @rule(whose=WHOSE)
    def disk_is_lost(self, whose: int) -> None:
        """A unit burns, and another hangs in its place; or a gateway's database breaks."""
        if whose < 2:
            self.world.units[whose].burn(self.world.now.mono)
        else:
            self._note_what_goes()
            self.world.gateways[whose - 2].breaks()
        self.committed = _at_most(self.committed, self.world.committed())
        self.journaled = _at_most(self.journaled, self._open_in_journals() | self.committed)

    @rule(which=EITHER, number=EITHER, payload=RUBBISH)
    def unit_sends_garbage(self, which: int, number: int, payload: bytes) -> None:
        self.world.send_garbage(self.world.units[which], number, payload)

    # What endpoints and time do.

    @rule(channel=ANY, manner=st.sampled_from(Manner))
    def endpoint(self, channel: int, manner: Manner) -> None:
        police = list(self.world.police.values())
        police[channel % len(police)].manner = manner

    @rule(seconds=MOMENTS, jump=JUMPS)
    def time_passes(self, seconds: float, jump: float) -> None:
        """And the wall clock may jump meanwhile."""
        self.world.now = self.world.now._replace(wall=Wall(EPOCH + jump))
        self.world.advance(seconds)

    @rule()
    def a_healthy_second(self) -> None:
        self.world.settle(1)

    # What must hold, whatever happened.

    @invariant()
    def all_holds(self) -> None:
        hold(self.world)
        _raise(self.journaled, self._open_in_journals())
        _raise(self.committed, self.world.committed())

    def teardown(self) -> None:
        presses_arrive_without(self.world, self.lasting)
        self.all_holds()
        all_arrives(self.world, self.journaled, self.committed)
        hold(self.world)
        nothing_rises(self.world)

    def _open_in_journals(self) -> dict[AlertId, int]:
        """What units will tell again: not what they forget as soon as they hear of its end."""
        journaled = self.world.journaled().items()
        return {a: n for a, n in journaled if a not in self.world.closed}

    def open_incidents(self) -> list[tuple[Gateway, IncidentId]]:
        """Where a person could do something, and about what."""
        alive = (each for each in self.world.gateways if each.alive)
        return [(each, found.id) for each in alive for found in each.incidents.all_open()]

    def _note_what_goes(self) -> None:
        for alert, presses in self.world.committed().items():
            self.world.gone[alert] = max(presses, self.world.gone.get(alert, 0))


def _raise(known: dict[AlertId, int], found: dict[AlertId, int]) -> None:
    for alert, presses in found.items():
        known[alert] = max(presses, known.get(alert, 0))


def _at_most(known: dict[AlertId, int], left: dict[AlertId, int]) -> dict[AlertId, int]:
    """What was lost with a disk that was the only one to have it need not arrive."""
    return {alert: min(n, left[alert]) for alert, n in known.items() if alert in left}
