"""Wall units in a process: the real firmware on gpiozero's mock pins, pressed by a timer.

`python -m bench.units PRESS_AFTER SETTINGS…` waits PRESS_AFTER seconds (0: for ever), then presses
each unit once, one after another.  Writes a line of JSON for each first edge and each stage.
"""

import json
import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

from gpiozero.pins.mock import MockFactory, MockPin

from device.firmware import Firmware
from device.settings import DeviceSettings
from service.settings import load

# A short human press, and time for its delivery before the next one.
_HELD_S: Final = 0.08
_PAUSE_S: Final = 0.15


class _StageHandler(logging.Handler):
    """Writes what the firmware tells of its alerts."""

    def emit(self, record: logging.LogRecord) -> None:
        found: dict[str, Any] = vars(record)
        _write({key: found[key] for key in ("room", "alert", "stage", "after")})


def main(press_after: float, paths: list[Path]) -> None:
    logging.getLogger("device.stages").addHandler(_StageHandler())
    logging.getLogger("device.stages").setLevel(logging.INFO)
    buttons = [(settings.room, _start(settings)) for settings in map(_load, paths)]
    while not press_after:
        time.sleep(3600)
    time.sleep(press_after)
    for room, button in buttons:
        edge = time.monotonic()
        button.drive_low()
        _write({"room": room, "stage": "edge", "at": edge})
        time.sleep(_HELD_S)
        button.drive_high()
        time.sleep(_PAUSE_S)
    _write({"stage": "done"})
    time.sleep(3600)


def _load(path: Path) -> DeviceSettings:
    return load(path, DeviceSettings)


def _start(settings: DeviceSettings) -> MockPin:
    board = MockFactory()
    button = board.pin(f"GPIO{settings.button.pin}")
    button.drive_high()
    firmware = Firmware(settings, board)
    threading.Thread(target=firmware.run, name=settings.unit, daemon=True).start()
    return button


def _write(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
