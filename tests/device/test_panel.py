"""Button, lamp and buzzer on gpiozero's mock pins."""

import gc
import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero import GPIOPinInUse
from gpiozero.pins.mock import MockFactory

from device.clock import monotonic
from device.events import Edge
from device.gpio import GpioPanel
from service.events import CallbackFailed
from tests.device.fakes import Wire, settings_of


class Table:
    def __init__(self) -> None:
        self.factory = MockFactory(pin_class=Wire)
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        settings = settings_of(buzzer={"pin": 22})
        self.button: Wire = self.factory.pin(17)
        self.button.drive_high()
        self.panel = GpioPanel(settings, self.factory, monotonic, self.events.put)


@pytest.fixture
def table() -> Iterator[Table]:
    found = Table()
    yield found
    found.panel.close()


def test_both_edges_arrive_with_their_own_stamp(table: Table) -> None:
    now = monotonic()
    table.button.change(pressed=True, at=now - 0.010)
    table.button.change(pressed=False, at=now - 0.002)
    closed, opened = table.events.get_nowait(), table.events.get_nowait()
    assert (closed.pressed, opened.pressed) == (True, False)
    assert closed.at == pytest.approx(now - 0.010, abs=0.001)
    assert opened.at - closed.at == pytest.approx(0.008, abs=0.001)


def test_edges_go_on_coming_after_a_garbage_collection(table: Table) -> None:
    gc.collect()
    table.button.drive_low()
    assert isinstance(table.events.get_nowait(), Edge)


def test_an_edge_stamped_by_another_clock_counts_as_now(table: Table) -> None:
    table.button.change(pressed=True, at=1.8e9)
    assert table.events.get_nowait().at == pytest.approx(monotonic(), abs=0.1)


def test_a_thread_held_up_between_two_clocks_does_not_move_the_stamp(table: Table) -> None:
    hold_ups = [0.030]
    ticks = table.factory.ticks

    def held_up_once() -> float:
        if hold_ups:
            threading.Event().wait(hold_ups.pop())
        return float(ticks())

    table.factory.ticks = held_up_once
    pressed = monotonic()
    table.button.change(pressed=True, at=pressed)
    assert table.events.get_nowait().at == pytest.approx(pressed, abs=0.005)


def test_a_callback_that_raises_becomes_an_event(table: Table) -> None:
    table.factory.ticks_diff = None
    table.button.drive_low()
    assert isinstance(table.events.get_nowait(), CallbackFailed)


def test_the_level_is_read_without_any_edge(table: Table) -> None:
    assert not table.panel.pressed()
    table.button.change(pressed=True, at=monotonic(), lost=True)
    assert table.panel.pressed()


def test_lamp_and_buzzer_are_shown_each_on_its_pin(table: Table) -> None:
    table.panel.show(lamp=True, buzzer=False)
    assert (table.factory.pin(27).state, table.factory.pin(22).state) == (True, False)
    table.panel.show(lamp=False, buzzer=True)
    assert (table.factory.pin(27).state, table.factory.pin(22).state) == (False, True)


def test_pins_that_are_taken_are_refused(table: Table) -> None:
    with pytest.raises(GPIOPinInUse):
        GpioPanel(settings_of(), table.factory, monotonic, table.events.put)
