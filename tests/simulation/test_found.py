"""What random runs found, each as the few steps that it takes."""

import pytest

from gateway.core.values import ChannelId
from tests.simulation.ending import Lasting
from tests.simulation.machine import Machine
from tests.simulation.police import Manner
from tests.simulation.school import A
from wire.ids import IncidentId
from wire.limits import MOST_ALERTS_OF_A_UNIT
from wire.stage import Answer


def pressed() -> Machine:
    """A school in which somebody has pressed in room 204, and everybody knows."""
    machine = Machine()
    machine.press(0)
    machine.a_healthy_second()
    return machine


@pytest.mark.parametrize("lasts", [Lasting.NOTHING, Lasting.PRIMARY])
def test_an_end_that_one_gateway_never_heard_of_stays_told(lasts: Lasting) -> None:
    machine = pressed()
    machine.choose_what_nobody_mends(lasts)
    standby, incident = machine.open_incidents()[1]
    machine.world.act(standby, incident, "close", "Officer 1")
    machine.teardown()


def test_an_incident_whose_alerts_were_all_pressed_again_is_no_report_after_a_start() -> None:
    machine = pressed()
    for police in machine.world.police.values():
        police.manner = Manner.HANGS
    for number in (0, 1):
        machine.wire_to_a_unit(0, number, up=False)
    primary, incident = machine.open_incidents()[0]
    machine.world.act(primary, incident, "close", "Officer 1")
    machine.a_healthy_second()
    machine.press(0)
    for number in (0, 1):
        machine.wire_to_a_unit(0, number, up=True)
    machine.a_healthy_second()
    machine.gateway_crashes(0, comes_back=True)
    machine.teardown()


def test_the_status_counts_what_a_closed_incident_ended_and_goes_on_in_another() -> None:
    machine = pressed()
    primary, incident = machine.open_incidents()[0]
    machine.world.police[ChannelId(A)].manner = Manner.HANGS
    machine.world.act(primary, incident, "close", "Officer 1")
    machine.press(0)
    machine.a_healthy_second()
    machine.all_holds()
    machine.teardown()


def test_an_incident_that_one_gateway_parts_and_the_other_does_not_is_shown_whole() -> None:
    machine = Machine()
    machine.gateway_crashes(0, comes_back=False)
    machine.press(0)
    machine.a_healthy_second()
    machine.time_passes(jump=0.0, seconds=7201.0)
    machine.unit_crashes(0, reboot=False)
    machine.teardown()


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


def test_a_move_that_is_lost_with_the_only_disk_that_had_it_may_stay_with_endpoints() -> None:
    machine = Machine()
    join_that_a_crash_eats(machine)
    machine.world.gateways[0].commit()
    machine.disk_is_lost(2)
    machine.gateways_start()
    machine.teardown()


@pytest.mark.parametrize("readable", [True, False])
def test_what_a_unit_tells_beyond_its_alerts_is_with_the_police_as_a_press_of_the_last(
    readable: bool,
) -> None:
    machine = Machine()
    for _ in range(MOST_ALERTS_OF_A_UNIT):
        machine.press(0)
        machine.unit_crashes(0, reboot=True)
    if readable:
        machine.press(0)
    else:
        machine.unit_sends_garbage(0, 0, b"")
    machine.a_healthy_second()
    machine.all_holds()
    machine.teardown()


@pytest.mark.parametrize("restarts", [False, True])
def test_what_ended_at_one_gateway_gives_no_name_to_what_was_pressed_since(restarts: bool) -> None:
    machine = pressed()
    machine.choose_what_nobody_mends(Lasting.COUNTY)
    machine.press(0)
    standby, incident = machine.open_incidents()[1]
    machine.world.act(standby, incident, "close", "Officer 1", Answer.RECEIVER)
    if restarts:
        machine.world.turn()
        standby.commit()
        machine.gateway_crashes(1, comes_back=True)
    machine.a_healthy_second()
    assert incident not in {each.reported_as for each in standby.incidents.all_open()}
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


def test_what_each_gateway_counts_otherwise_beyond_a_units_alerts_is_all_with_the_police() -> None:
    machine = Machine()
    machine.press(0)
    machine.disk_is_lost(0)
    machine.press(0)
    machine.unit_crashes(0, reboot=False)
    machine.press(0)
    machine.unit_crashes(0, reboot=True)
    machine.unit_sends_garbage(0, 1, b'{"v":1')
    machine.press(0)
    machine.unit_sends_garbage(0, 0, b"[1e999]")
    machine.unit_crashes(0, reboot=False)
    machine.press(0)
    machine.disk_is_lost(0)
    machine.press(0)
    machine.teardown()
