"""The commands of `tocsin-device`, as a table."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from device.settings import DeviceSettings
from service import exits
from service.command import Command, argument, run_command
from service.settings import SettingsError, load

_CONFIG: Final = argument("--config", type=Path, required=True, metavar="device.toml")


def run(given: Sequence[str] | None = None) -> int:
    """Run the command that `given` names; returns its exit code (service/exits.py)."""
    try:
        return run_command("tocsin-device", "A wall unit of Tocsin.", COMMANDS, given)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return exits.BAD_CONFIGURATION


# What a command needs is imported once its settings are valid.


def _run(options: argparse.Namespace) -> int:
    settings = load(options.config, DeviceSettings)
    from device import commands

    return commands.run(settings)


def _try(options: argparse.Namespace) -> int:
    settings = load(options.config, DeviceSettings)
    from device import commands

    return commands.try_out(settings)


def _check(options: argparse.Namespace) -> int:
    load(options.config, DeviceSettings)
    print("good")
    return exits.GOOD


def _doctor(options: argparse.Namespace) -> int:
    settings = load(options.config, DeviceSettings)
    from device import commands

    return commands.doctor(settings, options.config, options.json)


def _join(options: argparse.Namespace) -> int:
    from device import commands

    return commands.join(options.url, options.folder)


COMMANDS: Final[tuple[Command, ...]] = (
    Command("run", "run the wall unit", _run, [_CONFIG]),
    Command(
        "try",
        "run the unit without pins: Enter presses, the terminal shows the lamp",
        _try,
        [_CONFIG],
    ),
    Command("check", "check the settings", _check, [_CONFIG]),
    Command(
        "doctor",
        "check the whole unit, and say what to do about each problem",
        _doctor,
        [_CONFIG, argument("--json", action="store_true", help="for a program to read")],
    ),
    Command(
        "join",
        "join a school by the code that it asks for, as `enrol` shows it at the gateway",
        _join,
        [
            argument("url", help="where the gateway's authority listens: https://gateway:8443"),
            argument("--folder", type=Path, default=Path("/etc/tocsin")),
        ],
    ),
)
