"""tocsin-device: the command of a wall unit.  The only place that knows the pins' library."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gpiozero import GPIOZeroError

from device.firmware import Firmware
from device.settings import DeviceSettings
from service import exits
from service.clock import kernel_is_synchronised
from service.log import start_log
from service.settings import SettingsError, load
from wire.ids import Wall

_NO_PINS = """\
The pins cannot be used: {error}
  On Raspberry Pi OS: apt install python3-lgpio, and a venv made with --system-site-packages.
  The user must be in the group gpio, and no other program may hold the pins.
  Off a Pi there are no pins: the simulator runs this firmware on mock ones."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    given = _parser().parse_args(arguments)
    if given.command == "join":
        return _join(given)
    try:
        settings = load(given.config, DeviceSettings)
    except SettingsError as error:
        return _fail(exits.BAD_CONFIGURATION, str(error))
    if given.command == "check":
        print("good")
        return exits.GOOD
    if given.command == "doctor":
        return _doctor(settings, given.json)
    return _run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tocsin-device", description="A wall unit of Tocsin.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (
        ("run", "be the wall unit"),
        ("check", "say what is wrong in the settings"),
        ("doctor", "look over the whole unit, and say what to do about each problem"),
    ):
        command = commands.add_parser(name, help=does, description=does)
        command.add_argument("--config", type=Path, required=True, metavar="device.toml")
        if name == "doctor":
            command.add_argument("--json", action="store_true", help="for a program to read")
    does = "become a unit of a school: make a key, have it signed, write the settings"
    command = commands.add_parser("join", help=does, description=does)
    command.add_argument("url", help="where the gateway's authority listens: https://gateway:8443")
    command.add_argument("--code", help="as `tocsin-gateway enrol` shows it; asked for if left out")
    command.add_argument("--folder", type=Path, default=Path("/etc/tocsin"))
    return parser


def _join(given: argparse.Namespace) -> int:
    from device.join import join
    from service.joining import JoinError

    code = given.code or input("The code that the gateway shows: ")
    try:
        settings = join(given.url, code, given.folder)
    except JoinError as error:
        return _fail(exits.PROBLEM, f"This unit has not joined: {error}")
    print(f"joined; its settings are in {settings}\nnow: systemctl enable --now tocsin-device")
    return exits.GOOD


def _doctor(settings: DeviceSettings, json: bool) -> int:
    from device.doctor import examine
    from service.doctor.finding import as_json, as_text, exit_code

    findings = examine(settings, Wall(time.time()), kernel_is_synchronised())
    print(as_json(findings) if json else as_text(findings))
    return exit_code(findings)


def _run(settings: DeviceSettings) -> int:
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


def serve(firmware: Firmware) -> int:
    """Be a wall unit until SIGTERM or SIGINT; from the main thread alone."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: firmware.stop())
    firmware.run()
    return exits.GOOD


def _fail(code: int, why: str) -> int:
    print(why, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
