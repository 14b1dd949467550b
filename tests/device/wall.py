"""A wall unit as a process of its own, for tests: the real firmware on mock pins, then idle.

Called with a folder, a broker's port and the pins' library: `mock`, or `rpi` for fake-rpi alone.
Reads words from stdin: `press` presses, `rest` prints what it costs, `vanish` takes its pins' chip
away, anything else ends it.
"""

import errno
import logging
import os
import resource
import sys
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from tests.device.fakes import settings_of


def mock_pins() -> Any:
    from gpiozero.pins.mock import MockFactory, MockPin

    class Pin(MockPin):  # type: ignore[misc]
        """Once its chip has vanished everything fails, as with lgpio."""

        vanished = False

        def close(self) -> None:
            self._chip()
            super().close()

        def _get_state(self) -> Any:
            self._chip()
            return super()._get_state()

        def _set_state(self, value: Any) -> None:
            self._chip()
            super()._set_state(value)

        def _chip(self) -> None:
            if Pin.vanished:
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    return MockFactory(pin_class=Pin)


def rpi_pins() -> Any:
    """RPi.GPIO as fake-rpi has it: no edges, and inputs that read at random."""
    with redirect_stdout(sys.stderr):  # it says on import that it is a fake
        import fake_rpi

    fake_rpi.toggle_print(False)
    sys.modules |= {"lgpio": None, "RPi": fake_rpi.RPi, "RPi.GPIO": fake_rpi.RPi.GPIO}  # type: ignore[dict-item]
    from gpiozero.pins.rpigpio import RPiGPIOFactory

    class Board(RPiGPIOFactory):  # type: ignore[misc]
        def _get_revision(self) -> int:
            return 0xA02082

    return Board()


def cost(seconds: float) -> str:
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.monotonic()
    threading.Event().wait(seconds)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    status = Path("/proc/self/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return f"{resident / 1024:.1f} {100 * used / (time.monotonic() - start):.2f}"


def main() -> None:
    folder, port, pins = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    factory = {"mock": mock_pins, "rpi": rpi_pins}[pins]()
    from device.commands import serve
    from device.firmware import Firmware

    settings = settings_of(
        journal={"path": folder / "j.db"}, gateway=[{"url": f"mqtt://127.0.0.1:{port}"}]
    )
    if pins == "mock":
        button = factory.pin(settings.button.pin)
        button.drive_high()
    firmware = Firmware(settings, factory)
    threading.Thread(target=_obey, args=(firmware, factory), daemon=True).start()
    sys.exit(serve(firmware))


def _obey(firmware: Any, factory: Any) -> None:
    for word in sys.stdin:
        if word.startswith("press"):
            factory.pin(17).drive_low()
            threading.Event().wait(0.06)
            factory.pin(17).drive_high()
        elif word.startswith("vanish"):
            factory.pin_class.vanished = True
            threading.Thread(target=_flood, daemon=True).start()
        elif word.startswith("rest"):
            print(cost(float(word.split()[1])), flush=True)
        else:
            break
    firmware.stop()


def _flood() -> None:
    """As lgpio's own thread does on a chip that is gone."""
    while True:
        sys.stderr.write("LG_ERROR: xGpioHandle: bad read\n")


if __name__ == "__main__":
    main()
