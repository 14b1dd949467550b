"""A unit tried without pins: Enter presses its button, and its lamp is drawn in the terminal.

It is the production firmware on gpiozero's mock pins, so it needs no Raspberry Pi and no lgpio.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Final

from gpiozero.pins.mock import MockFactory, MockPin

from device.settings import DeviceSettings

_PRESS_S: Final = 0.15
_POLL_EVERY_S: Final = 0.02
_LIT: Final = {True: "●", False: "○"}


class Tryout:
    """The pins of a unit, pressed from a keyboard and shown on a terminal."""

    def __init__(self, settings: DeviceSettings) -> None:
        self.factory = MockFactory()
        self._hold = settings.button.hold_seconds + _PRESS_S
        self._button: MockPin = self.factory.pin(f"GPIO{settings.button.pin}")
        self._button.drive_high()  # the resistor on the wall, before the firmware is there
        self._lamp: MockPin = self.factory.pin(f"GPIO{settings.lamp.pin}")
        self._pause = threading.Event()

    def start(self, lines: Iterable[str], show: Callable[[str], None]) -> None:
        """Press at each of `lines`, and show each change of the lamp; in threads of their own."""
        threading.Thread(target=self._press_at, args=(lines,), name="keyboard", daemon=True).start()
        threading.Thread(target=self._watch, args=(show,), name="lamp", daemon=True).start()

    def _press_at(self, lines: Iterable[str]) -> None:
        for _ in lines:
            self._button.drive_low()
            self._pause.wait(self._hold)
            self._button.drive_high()

    def _watch(self, show: Callable[[str], None]) -> None:
        shown: bool | None = None
        while True:
            lit = bool(self._lamp.state)
            if lit != shown:
                shown = lit
                show(f"\r  lamp {_LIT[lit]}  ")
            self._pause.wait(_POLL_EVERY_S)
