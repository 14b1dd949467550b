"""What random runs found, each as the few steps that it takes."""

import pytest

from gateway.core.values import ChannelId
from tests.simulation.ending import Lasting
from tests.simulation.machine import Machine
from tests.simulation.police import Manner
from tests.simulation.school import A
from wire.ids import IncidentId


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


def join_that_a_crash_eats(machine: Machine) -> IncidentId:
    """What was split is joined again: the report has left when the primary's power is cut, and
    nobody else has heard.  Returns the incident that everything is in.
    """
    machine.press(0)
    machine.press(1)
    machine.a_healthy_second()
    machine.split(0, 0)
    machine.a_healthy_second()
    (primary, whole), (_, apart) = machine.open_incidents()[:2]
    machine.wire_to_a_gateway(0, up=False)
    machine.world.move(primary, apart, "join", whole, primary.disk.alerts_of(apart))
    machine.world.turn()
    return whole


def test_a_move_that_was_told_and_not_committed_is_made_again() -> None:
    machine = Machine()
    join_that_a_crash_eats(machine)
    machine.gateway_crashes(0, comes_back=True)
    machine.teardown()


def test_a_move_made_after_the_clock_was_set_back_counts_for_more_than_those_before() -> None:
    machine = Machine()
    machine.time_passes(jump=600.0, seconds=0.3)
    whole = join_that_a_crash_eats(machine)
    machine.gateway_crashes(0, comes_back=False)
    machine.time_passes(jump=0.0, seconds=0.3)
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
