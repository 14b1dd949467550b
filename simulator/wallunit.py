"""A wall unit of the simulator: the real firmware on mock pins, with a button and a lamp."""

import logging
import threading
from pathlib import Path
from random import Random
from typing import Final

from gpiozero.pins.mock import MockFactory, MockPin

from device.firmware import Firmware
from device.settings import DeviceSettings
from service.settings import load
from simulator.button import ButtonDriver
from wire.ids import RoomId, UnitId

log = logging.getLogger(__name__)

_STOP_S: Final = 2.5


class WallUnit:
    """The unit that the settings file describes; nothing moves before `start`."""

    def __init__(self, settings: Path, random: Random) -> None:
        told = load(settings, DeviceSettings)
        board = MockFactory()
        button = board.pin(f"GPIO{told.button.pin}")
        button.drive_high()  # the resistor on the wall, before the firmware is there
        self.room = RoomId(told.room)
        self.unit = UnitId(told.unit)
        self.button: MockPin = button
        self.lamp: MockPin = board.pin(f"GPIO{told.lamp.pin}")
        self.driver = ButtonDriver(button, random)
        self._firmware = Firmware(told, board)
        self._thread = threading.Thread(target=self._run, name=self.unit, daemon=True)

    def start(self) -> None:
        """Switch it on."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the firmware to end; does not wait."""
        self._firmware.stop()

    def join(self) -> None:
        """Wait until the firmware has ended, for the 2 s it may take."""
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def alive(self) -> bool:
        """True while the firmware runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._firmware.run()
        except Exception:
            log.exception("the firmware of %s ended", self.unit)
