"""All that can happen to a school, in any order, and what must hold after each of it."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.work import ActionTaken
from tests.simulation.police import Manner
from tests.simulation.wall import WallUnit
from tests.simulation.world import Parts, World
from wire.ids import AlertId, IncidentId
from wire.stage import PATIENCE, Stage

EITHER = st.integers(0, 1)
ANY = st.integers(0, 1_000)
# Long enough for the slowest repeat, the longest pause between tries and a standby's wait.
HEALTHY_S = 40


class Machine(RuleBasedStateMachine):
    """Drives the production cores of units and gateways; `parts` may exchange one of them."""

    parts = Parts()

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.parts)
        self.accepted: set[AlertId] = set()
        self.taken_by_a_person: set[AlertId] = set()

    # What people do.

    @rule(which=EITHER)
    def press(self, which: int) -> None:
        self.world.press(self.world.units[which])

    @rule(which=EITHER, what=st.sampled_from(["confirm", "close"]))
    def act(self, which: int, what: str) -> None:
        gateway = self.world.gateways[which]
        if not gateway.alive:
            return
        incidents = gateway.incidents.all_open()
        for incident in incidents[:1]:
            self.taken_by_a_person |= set(incident.alerts)
            gateway.hear(ActionTaken(IncidentId(incident.id), what, "Officer Ruiz"), self.world.now)

    # What the network does.

    @precondition(lambda self: self.world.network.under_way)
    @rule(places=st.lists(ANY, min_size=1, max_size=4))
    def deliver(self, places: list[int]) -> None:
        for place in places:
            if self.world.network.under_way:
                self.world.deliver(self.world.network.take(place))

    @precondition(lambda self: self.world.network.under_way)
    @rule(place=ANY)
    def deliver_twice(self, place: int) -> None:
        letter = self.world.network.take(place)
        self.world.network.send(letter)
        self.world.deliver(letter)

    @precondition(lambda self: self.world.network.under_way)
    @rule(place=ANY)
    def lose(self, place: int) -> None:
        self.world.network.take(place)

    @rule(which=EITHER, number=EITHER, up=st.booleans())
    def link(self, which: int, number: int, up: bool) -> None:
        self.world.units[which].link(number, up, self.world.now.mono)

    @rule(up=st.booleans())
    def link_between_gateways(self, up: bool) -> None:
        self.world.gateways[0].news = up

    # What machines do.

    @rule(which=EITHER)
    def unit_syncs(self, which: int) -> None:
        self.world.units[which].sync(self.world.now.mono)

    @rule(which=EITHER, refuses=st.booleans())
    def unit_disk(self, which: int, refuses: bool) -> None:
        self.world.units[which].refuses = refuses

    @rule(which=EITHER, reboot=st.booleans())
    def unit_crashes(self, which: int, reboot: bool) -> None:
        unit = self.world.units[which]
        unit.crash(self.world.now.mono, reboot)
        if reboot:
            self.world.pressed |= dict.fromkeys(unit.core.open, self.world.now.mono)

    @rule(which=EITHER)
    def unit_burns(self, which: int) -> None:
        """It is gone with its journal, and another hangs in its place."""
        unit = self.world.units[which]
        self.accepted -= {each for each in unit.held if not self.world.durable(each, 1)}
        unit.burn(self.world.now.mono)

    @rule(which=EITHER)
    def gateway_commits(self, which: int) -> None:
        if self.world.gateways[which].alive:
            self.world.gateways[which].commit(self.world.now)

    @rule(which=EITHER, refuses=st.booleans())
    def gateway_disk(self, which: int, refuses: bool) -> None:
        self.world.gateways[which].disk.refuses = refuses

    @rule(which=EITHER)
    def gateway_crashes(self, which: int) -> None:
        self.world.gateways[which].crash()

    @rule(which=EITHER)
    def gateway_starts(self, which: int) -> None:
        if not self.world.gateways[which].alive:
            self.world.gateways[which].start(self.world.now)

    # What endpoints and time do.

    @rule(way=ANY, manner=st.sampled_from(Manner))
    def endpoint(self, way: int, manner: Manner) -> None:
        police = list(self.world.police.values())
        police[way % len(police)].manner = manner

    @rule(seconds=st.sampled_from([0.01, 0.3, 1.0, 2.5, 5.0, 16.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule()
    def a_healthy_second(self) -> None:
        self.world.settle(1)

    # What must hold, whatever happened.

    @invariant()
    def a_lamp_tells_the_truth(self) -> None:
        for unit in self.world.units:
            for alert, row in unit.shown.items():
                if row.stage is Stage.RECEIVED:
                    assert self.world.durable(alert, row.presses), "slow blink, and no disk has it"
                if row.stage is Stage.SENT:
                    assert self.world.delivered(alert, row.presses), "solid, and nobody has it"
                if row.stage is Stage.CONFIRMED:
                    assert alert in self.taken_by_a_person, "double pulse, and nobody took it"

    @invariant()
    def what_is_late_is_shown_as_not_delivered_and_nothing_else(self) -> None:
        for unit in self.world.units:
            sign = unit.core.sign(self.world.now.mono)
            assert self._late(unit) <= bool(sign and sign.not_delivered), "late, and not shown"
            unsent = any(row.stage < Stage.SENT for row in unit.shown.values())
            assert not (sign and sign.not_delivered) or unsent, "NOT DELIVERED, and it was"

    @invariant()
    def the_police_hear_of_nothing_that_nobody_pressed(self) -> None:
        for kept in self.world.kept.values():
            assert kept.keys() <= self.world.pressed.keys(), "a second id for one press"

    @invariant()
    def what_was_held_once_is_remembered(self) -> None:
        for unit in self.world.units:
            self.accepted |= unit.held
        self.accepted |= {each for each in self.world.pressed if self.world.durable(each, 1)}

    def teardown(self) -> None:
        """Everything heals: then everything arrives, everywhere, and each lamp says so."""
        self.world.heal()
        self.world.settle(HEALTHY_S)
        self.a_lamp_tells_the_truth()
        for kept in self.world.kept.values():
            assert self.accepted <= kept.keys(), "an accepted alert was never delivered"
        for unit in self.world.units:
            for alert, row in unit.shown.items():
                assert row.stage >= Stage.SENT, "its unit never heard that it was delivered"
                assert self.world.delivered(alert, row.presses)

    def _late(self, unit: WallUnit) -> bool:
        now, limit = self.world.now.mono, PATIENCE[Stage.SENT]
        return any(
            row.stage < Stage.SENT and now - self.world.pressed[alert] >= limit
            for alert, row in unit.shown.items()
        )
