"""The unit's pins, over gpiozero.  Decides nothing: edges go to the inbox, levels to the caller.

gpiozero's own debouncing stays off: it means something else with every pin factory, and one of its
meanings loses presses (docs/decisions/debounce.md).  Its devices claim and pull the pins; its
events are not used, because they carry no time and miss a button that is held at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gpiozero import DigitalOutputDevice, InputDevice

from device.events import Edge
from device.settings import DeviceSettings
from service.guard import guarded
from wire.ids import Monotonic

# Between two clocks another thread may get the processor, for 5 ms and more: the reading that took
# least time is the true one.  A stamp too early by that much can cost a press its re-arming.
_READINGS: Final = 3


class GpioPanel:
    """Button, lamp and buzzer on the pins of `factory`; `put` takes Edge and CallbackFailed.

    Raises gpiozero's own errors for pins that cannot be had.
    """

    def __init__(
        self,
        settings: DeviceSettings,
        factory: Any,
        clock: Callable[[], Monotonic],
        put: Callable[[Any], None],
    ) -> None:
        self._factory = factory
        self._clock = clock
        self._put = put
        self._lamp = DigitalOutputDevice(settings.lamp.pin, pin_factory=factory)
        self._buzzer = (
            None
            if settings.buzzer is None
            else DigitalOutputDevice(settings.buzzer.pin, pin_factory=factory)
        )
        by_itself = settings.button.pull == "up"
        self._button = InputDevice(
            settings.button.pin,
            pull_up=True if by_itself else None,
            active_state=None if by_itself else False,
            pin_factory=factory,
        )
        # gpiozero keeps only a weak reference to it: without ours no edge would ever come.
        self._on_edge = guarded(self._edge, put)
        self._button.pin.when_changed = self._on_edge

    def pressed(self) -> bool:
        """The button's contact, as it is now."""
        return bool(self._button.value)

    def show(self, lamp: bool, buzzer: bool) -> None:
        """Light the lamp and sound the buzzer, or end it."""
        self._lamp.value = lamp
        if self._buzzer is not None:
            self._buzzer.value = buzzer

    def close(self) -> None:
        """Give the pins back, lamp and buzzer off."""
        self._button.pin.when_changed = None
        for device in (self._button, self._lamp, self._buzzer):
            if device is not None:
                device.close()

    def _edge(self, ticks: Any, state: Any) -> None:
        # An edge from the future was stamped by another clock: kernels before 5.7 used wall time.
        _, now, ago = min(self._read_clocks(ticks) for _ in range(_READINGS))
        self._put(Edge(Monotonic(now - max(ago, 0.0)), not state))

    def _read_clocks(self, ticks: Any) -> tuple[float, Monotonic, float]:
        """How long the reading took, the time, and how long ago `ticks` was."""
        now = self._clock()
        ago = self._factory.ticks_diff(self._factory.ticks(), ticks)
        return self._clock() - now, now, ago
