"""What random runs found, each as the few steps that it takes."""

import pytest

from gateway.core.values import ChannelId
from tests.simulation.ending import Lasting
from tests.simulation.machine import Machine
from tests.simulation.police import Manner
from tests.simulation.school import A
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
