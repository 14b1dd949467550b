"""A simulated press is as unclean as a real one, and ends where it was going."""

from itertools import pairwise
from random import Random

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from simulator.button import SWITCHES, ButtonDriver, Switch, bounce


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("closed", [True, False])
def test_a_contact_bounces_and_ends_where_it_was_going(switch: Switch, closed: bool) -> None:
    for seed in range(100):
        trace = bounce(Random(seed), switch, closed)
        assert 5 <= len(trace) <= 21
        assert 0.001 <= trace[-1].at <= 0.006
        assert trace[0] == (0.0, closed)
        assert trace[-1].closed == closed
        assert all(a.at <= b.at and a.closed != b.closed for a, b in pairwise(trace))


def test_one_seed_is_one_trace() -> None:
    assert bounce(Random(7), SWITCHES[1], True) == bounce(Random(7), SWITCHES[1], True)


def test_a_press_reaches_the_pin_with_its_bounce_and_leaves_it_open() -> None:
    pin = MockFactory().pin("GPIO17")
    assert isinstance(pin, MockPin)
    pin.pull = "up"
    pin.clear_states()
    ButtonDriver(pin, Random(3)).press()
    levels = [state.state for state in pin.states]
    assert len(levels) >= 11
    assert levels[0]
    assert levels[-1]
    assert max(state.timestamp for state in pin.states) >= 0.060


def test_a_held_button_keeps_its_contact_closed() -> None:
    pin = MockFactory().pin("GPIO17")
    pin.pull = "up"
    driver = ButtonDriver(pin, Random(4))
    driver.push()
    assert not pin.state
    driver.let_go()
    assert pin.state
