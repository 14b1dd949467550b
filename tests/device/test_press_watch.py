"""A unit says how its button was pressed: once it is let go, or has been held for long."""

import pytest

from device import debounce
from device.press_watch import PressWatch
from tests.device.fakes import Bench
from tests.waiting import until
from wire.evidence import HELD, PressEvidence, pattern_of
from wire.ids import Monotonic
from wire.messages import Alert

Edges = list[tuple[float, bool]]
START = 100.0


def told(edges: Edges, seconds: float) -> list[tuple[float, PressEvidence]]:
    """What the watch says, and when, of a button whose level changes so, read when it is due."""
    contact = debounce.begin(Monotonic(START))
    watch, said, waiting, now = PressWatch(Monotonic(START - 60)), [], list(edges), START
    while now < START + seconds:
        now = min(debounce.next_sample(contact), START + (waiting[0][0] if waiting else seconds))
        press = None
        while waiting and START + waiting[0][0] <= now:
            at, level = waiting.pop(0)
            contact, found = debounce.edge(contact, Monotonic(START + at), level)
            press = press or found
        contact, found = debounce.sample(contact, Monotonic(now), contact.pressed)
        if (press := press or found) is not None:
            watch.begin(press)
        if evidence := watch.look(contact, Monotonic(now)):
            said.append((now - START, evidence))
    return said


def test_a_press_is_told_when_the_button_is_let_go_with_its_length_and_bounces() -> None:
    edges = [
        (1.0, True),
        (1.002, False),
        (1.003, True),
        (1.12, False),
        (1.121, True),
        (1.13, False),
    ]
    ((at, evidence),) = told(edges, 3.0)
    assert 1.13 < at < 1.4
    assert evidence.held == pytest.approx(0.13)
    assert evidence.bounces == 2
    assert evidence.uptime == pytest.approx(61.0)


def test_a_button_that_is_held_is_told_after_three_seconds_and_at_its_end() -> None:
    (first, soon), (last, whole) = told([(1.0, True), (9.0, False)], 12.0)
    assert HELD <= first - 1.0 < HELD + 0.1
    assert pattern_of(soon, 1) == "held"
    assert 9.0 < last < 9.4
    assert whole.held == pytest.approx(8.0)


def test_what_is_no_press_is_not_told() -> None:
    assert told([(1.0, True), (1.004, False), (2.0, True), (2.01, False)], 4.0) == []


def test_a_unit_tells_its_gateways_how_its_button_was_pressed() -> None:
    with Bench() as bench:
        bench.wire.drive_low()
        first = until(lambda: bench.gateway.alerts)[0][1]
        assert first.evidence is None
        bench.wire.drive_high()
        until(lambda: pattern_of(last(bench).evidence, 1))
        assert last(bench).alert == first.alert


def last(bench: Bench) -> Alert:
    return bench.gateway.alerts[-1][1]
