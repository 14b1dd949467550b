"""What random runs found of splits, joins and other moves, each as the few steps that it takes."""

import pytest

from tests.simulation.alone import Alone
from tests.simulation.ending import Lasting
from tests.simulation.machine import Machine
from tests.simulation.police import Manner
from wire.ids import IncidentId
from wire.stage import Answer


def join_that_a_crash_eats(machine: Machine, ahead: float = 0.0) -> IncidentId:
    """What was split is joined again, with the clock so far ahead: the report has left when the
    primary's power is cut, and nobody else has heard.  Returns the incident that everything is in.
    """
    machine.press(0)
    machine.press(1)
    machine.a_healthy_second()
    machine.split(0, 0)
    machine.a_healthy_second()
    (primary, whole), (_, apart) = machine.open_incidents()[:2]
    machine.wire_to_a_gateway(0, up=False)
    machine.time_passes(jump=ahead, seconds=0.3)
    machine.world.move(primary, apart, "join", whole, primary.disk.alerts_of(apart))
    machine.world.turn()
    return whole


def test_a_move_that_was_told_and_not_committed_is_made_again() -> None:
    machine = Machine()
    join_that_a_crash_eats(machine)
    machine.gateway_crashes(0, comes_back=True)
    machine.teardown()


@pytest.mark.parametrize("manner", [Manner.GOOD, Manner.HANGS])
@pytest.mark.parametrize("ahead", [600.0, 86400.0])
def test_a_move_made_after_the_clock_was_set_back_counts_for_more_than_those_before(
    ahead: float, manner: Manner
) -> None:
    machine = Machine()
    whole = join_that_a_crash_eats(machine, ahead)
    machine.world.deliver_all()
    machine.gateway_crashes(0, comes_back=False)
    machine.time_passes(jump=0.0, seconds=0.3)
    for police in machine.world.police.values():
        police.manner = manner
    machine.gateways_start()
    machine.a_healthy_second()
    primary = machine.world.gateways[0]
    machine.split(machine.open_incidents().index((primary, whole)), 0)
    machine.teardown()


def test_a_move_that_is_lost_with_the_only_disk_that_had_it_comes_back_from_endpoints() -> None:
    machine = Machine()
    join_that_a_crash_eats(machine)
    machine.world.gateways[0].commit()
    machine.disk_is_lost(2)
    machine.gateways_start()
    machine.teardown()


def test_a_split_counts_though_the_clock_was_set_back_and_the_other_gateway_placed_it() -> None:
    machine = Machine()
    machine.press(0)
    machine.lose(1)
    machine.unit_crashes(0, reboot=False)
    machine.unit_sends_garbage(0, 0, b"")
    machine.a_healthy_second()
    machine.split(0, 0)
    machine.time_passes(0.3, 0.0)
    machine.time_passes(0.01, 0.0)
    machine.press(0)
    machine.gateway_crashes(0, comes_back=False)
    machine.teardown()
    primary = machine.world.gateways[0]
    assert len([each for each in primary.incidents.all_open() if not each.emptied]) == 2


def test_a_split_stays_told_that_a_crash_makes_one_of_all_that_is_left() -> None:
    machine = Machine()
    machine.press(0)
    machine.press(1)
    machine.unit_crashes(1, reboot=False)
    machine.gateway_crashes(1, comes_back=False)
    machine.a_healthy_second()
    machine.gateways_start()
    machine.press(1)
    machine.split(0, 1)
    machine.deliver([176], pause=False)
    machine.split(0, 0)
    machine.time_passes(0.3, 0.0)
    machine.gateway_crashes(0, comes_back=False)
    machine.teardown()


def test_where_an_alert_belonged_that_ended_is_told_who_hears_of_it_only_then() -> None:
    machine = Machine()
    machine.unit_sends_garbage(0, 0, b"")
    machine.a_healthy_second()
    machine.split(9, 399)
    machine.unit_sends_garbage(1, 1, b"[1e999]")
    machine.a_healthy_second()
    machine.split(776, 192)
    machine.a_healthy_second()
    machine.act(255, "close", Answer.RECEIVER)
    machine.unit_sends_garbage(1, 0, b"[1e999]")
    machine.teardown()


@pytest.mark.parametrize("ahead", [0.0, 3e8])
def test_where_an_alert_was_put_is_heard_from_endpoints_after_a_crash_that_lost_it(
    ahead: float,
) -> None:
    machine = Machine()
    machine.press(0)
    machine.a_healthy_second()
    machine.gateway_crashes(1, comes_back=False)
    machine.disk(2, refuses=True)
    machine.time_passes(jump=ahead, seconds=7201.0)
    machine.press(1)
    machine.world.deliver_all()
    machine.gateway_crashes(0, comes_back=False)
    machine.time_passes(jump=0.0, seconds=0.3)
    machine.gateways_start()
    machine.teardown()


def test_a_move_that_bears_the_number_of_one_that_a_crash_lost_ends_the_same_everywhere() -> None:
    """The second press is told with an incident that is lost, and its clock is set back."""
    machine = Alone()
    machine.unit_sends_garbage(0, 0, b"\xff\x00")
    machine.a_healthy_second()
    machine.split(565, 159)
    machine.time_passes(7201.0, jump=3e8)
    machine.deliver_twice(469)
    machine.wire_to_a_gateway(0, up=False)
    machine.press(0)
    machine.press(1)
    machine.deliver_twice(121)
    machine.wire_to_a_unit(0, 0, up=False)
    machine.deliver_twice(151)
    machine.deliver([986], pause=False)
    machine.deliver([0], pause=False)
    machine.time_passes(16.0, jump=0.0)
    machine.deliver([367, 6, 12, 493], pause=False)
    machine.endpoint(573, Manner.REFUSES)
    machine.gateway_crashes(0, comes_back=True)
    machine.a_healthy_second()
    machine.teardown()


def test_a_move_of_a_press_after_an_end_that_a_crash_lost_is_known_to_all() -> None:
    machine = Machine()
    machine.press(1)
    machine.a_healthy_second()
    machine.split(308, 966)
    machine.a_healthy_second()
    machine.press(1)
    machine.act(685, "close", Answer.RECEIVER)
    machine.deliver([145, 144], pause=False)
    machine.gateway_crashes(0, comes_back=True)
    machine.teardown()


def test_the_name_that_the_first_gateway_gave_an_incident_is_known_after_a_start() -> None:
    machine = Machine()
    machine.choose_what_nobody_mends(Lasting.STANDBY)
    machine.press(0)
    machine.a_healthy_second()
    machine.unit_sends_garbage(0, 1, b"[1e999]")
    machine.act(152, "close", Answer.RECEIVER)
    machine.unit_sends_garbage(1, 0, b"\xff\x00")
    machine.lose(934)
    machine.a_healthy_second()
    machine.press(0)
    machine.deliver_twice(98)
    machine.split(741, 154)
    machine.press(1)
    machine.a_healthy_second()
    machine.teardown()
