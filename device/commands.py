"""What the commands of a wall unit do.  The only place that knows the pins' library."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from shlex import quote

from gpiozero import GPIOZeroError

from device.button import ButtonLostError
from device.firmware import Firmware
from device.settings import DeviceSettings
from service import exits
from service.clock import kernel_is_synchronised
from service.log import start_log
from wire.ids import Wall

_NO_PINS = """\
The pins cannot be used: {error}
  On Raspberry Pi OS: `apt install python3-lgpio`, and a venv made with --system-site-packages.
  The user must be in the group gpio, and no other program may hold the pins.
  Off a Pi there are no pins. The same unit on mock ones:
  tocsin-device try --config /etc/tocsin/device.toml"""
_NO_BUTTON = """\
The button cannot be read any more: {error}
  The chip of its pins has vanished. The service starts the unit again until the chip is back.
  If it stays away look at `dmesg | tail`, then at the board."""

_START = {
    True: "systemctl enable --now tocsin-device",
    False: "systemctl restart tocsin-device",
}


def join(url: str, folder: Path) -> int:
    """Join a school by the code that is asked for."""
    from device.join import join as join_school
    from service.joining import JoinError
    from service.typed_code import typed_code

    try:
        joined = join_school(url, typed_code(), folder)
    except EOFError:
        return _fail(exits.USAGE, "This unit has not joined: no code was given")
    except JoinError as error:
        return _fail(exits.PROBLEM, f"This unit has not joined: {error}")
    print(f"joined; its settings are in {joined.path}\nnow: {_START[joined.is_first]}")
    for gateway in joined.dropped:
        print(f"then let it join {gateway} by its new name: there, {_replace(joined.room)}")
    return exits.GOOD


def _replace(room: str) -> str:
    return f"tocsin-gateway replace {quote(room)} --config /etc/tocsin/gateway.toml"


def doctor(settings: DeviceSettings, path: Path, json: bool) -> int:
    """Print the findings of a check-up; 1 if anything is wrong."""
    from device.doctor import USUAL_CONFIG, examine
    from service.doctor.finding import as_json, as_text, cures_at, exit_code

    findings = examine(settings, Wall(time.time()), kernel_is_synchronised())
    findings = cures_at(findings, USUAL_CONFIG, str(path))
    print(as_json(findings) if json else as_text(findings))
    return exit_code(findings)


def run(settings: DeviceSettings) -> int:
    """Run a wall unit on the pins of a Raspberry Pi."""
    start_log()
    # lgpio makes a named pipe as it is imported, in LG_WD; where it may not, the import fails.
    os.environ.setdefault("LG_WD", os.environ.get("RUNTIME_DIRECTORY", tempfile.gettempdir()))
    try:
        import lgpio
        from gpiozero.pins.lgpio import LGPIOFactory
    except (ImportError, OSError) as error:
        return _fail(exits.PROBLEM, _NO_PINS.format(error=error))
    try:
        # This factory or none: gpiozero's fallbacks would fail quietly, and later.
        firmware = Firmware(settings, LGPIOFactory())
    except (GPIOZeroError, lgpio.error) as error:
        return _fail(exits.PROBLEM, _NO_PINS.format(error=error))
    except OSError as error:
        return _fail(exits.BAD_CONFIGURATION, f"A certificate or key cannot be used: {error}")
    if any(gateway.authority for gateway in settings.gateway):
        from device.renewal import start_renewal

        start_renewal(settings, firmware.renewed)
    return serve(firmware)


def try_out(settings: DeviceSettings) -> int:
    """Run a wall unit on mock pins, with a keyboard for a button."""
    from device.tryout import Tryout

    start_log()
    tryout = Tryout(settings)
    try:
        firmware = Firmware(settings, tryout.factory)
    except OSError as error:
        return _fail(exits.BAD_CONFIGURATION, f"A certificate or key cannot be used: {error}")
    print("Enter presses the button, Ctrl-C ends", flush=True)
    tryout.start(sys.stdin, lambda text: print(text, end="", flush=True))
    return serve(firmware)


def serve(firmware: Firmware) -> int:
    """Run a wall unit until SIGTERM or SIGINT; from the main thread only."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: firmware.stop())
    try:
        firmware.run()
    except ButtonLostError as error:
        return _fail(exits.PROBLEM, _NO_BUTTON.format(error=error))
    return exits.GOOD


def _fail(code: int, why: str) -> int:
    print(why, file=sys.stderr)
    return code
