"""The commands of `tocsin-gateway`, as a table."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from gateway.app.backup.command_table import BACKUP_COMMANDS
from gateway.app.command_table import FLEET_COMMANDS
from gateway.config.camera_process import CameraProcessSettings
from gateway.config.console_process import ConsoleProcessSettings
from gateway.config.last_good import load_or_last_good
from gateway.config.notices_process import NoticesProcessSettings
from gateway.config.settings import GatewaySettings
from gateway.config.status import StatusSettings
from gateway.trust.command_table import CONFIG, TRUST_COMMANDS
from service import exits
from service.command import Command, argument, run_command
from service.log import start_log
from service.settings import SettingsError, load
from wire.disposition import DISPOSITIONS, UNKNOWN

_Run = Callable[[argparse.Namespace], int]
_OnSettings = Callable[[GatewaySettings, argparse.Namespace], int]

_BY: Final = argument("--by", required=True, metavar="NAME", help="who does it")
_INCIDENT: Final = argument("incident", help="its id, as `status` shows it")
_DISPOSITION: Final = argument(
    "--as", dest="disposition", choices=[*DISPOSITIONS], default=UNKNOWN, help="what it was"
)
_NOTE: Final = argument("--note", default="", metavar="TEXT", help="a word on it")
_ROOMS: Final = argument("room", nargs="+", help="each room that goes, by its id in rooms.csv")
_INTO: Final = argument("into", help="the id of the incident that it is joined into")
_CSV: Final = argument("--csv", action="store_true", help="for a program to read")
_JSON: Final = argument("--json", action="store_true", help="for a program to read")
_ACCEPT: Final = argument(
    "--accept",
    action="store_true",
    help="rooms or units are gone from the register, and that is meant",
)
_TEST: Final = argument("--test", required=True, metavar="NAME", help="of the person, or `all`")
_TROUBLE: Final = argument("trouble", help="its name, as `status` shows it")
# Understood for one release: the old name is answered with the new one.
_RENAMED: Final = {
    "authority": "ca",
    "confirm": "acknowledge",
    "follow": "join-primary",
    "try-lines": "test-receivers",
}


def run(given: Sequence[str] | None = None) -> int:
    """Run the command that `given` names; returns its exit code (service/exits.py)."""
    try:
        return run_command("tocsin-gateway", __doc__, COMMANDS, given, _RENAMED)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return exits.BAD_CONFIGURATION


def _process(run: _OnSettings) -> _Run:
    """A process: it logs, and starts on settings that last were good if these have a fault."""

    def start(options: argparse.Namespace) -> int:
        start_log()
        return run(load_or_last_good(options.config, GatewaySettings), options)

    return start


def _command(run: _OnSettings) -> _Run:
    """A command for a person at the terminal, who hears of every fault in the settings."""
    return lambda options: run(load(options.config, GatewaySettings), options)


# Each process imports only what it needs: the camera process no MQTT, the gateway no Pillow.


def _run(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.run import run_gateway

    return run_gateway(settings, options.config)


def _cameras(options: argparse.Namespace) -> int:
    start_log()
    settings = load_or_last_good(options.config, CameraProcessSettings)
    from gateway.cameras.start import start_cameras

    start_cameras(settings)


def _console(options: argparse.Namespace) -> int:
    start_log()
    settings = load_or_last_good(options.config, ConsoleProcessSettings)
    from gateway.console.run import run_console

    return run_console(settings, options.config)


def _notices(options: argparse.Namespace) -> int:
    start_log()
    settings = load_or_last_good(options.config, NoticesProcessSettings)
    from gateway.notices.run import run_notices

    return run_notices(settings, options.config)


def _notify(options: argparse.Namespace) -> int:
    settings = load(options.config, NoticesProcessSettings)
    from gateway.notices.commands import try_out

    return try_out(settings, options.test)


def _take_trouble(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import take_trouble

    return take_trouble(settings, options.trouble, options.by)


def _check(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import check

    return check(settings, options.config, options.accept)


def _zones(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import zones

    return zones(settings, options.csv)


def _doctor(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import doctor

    return doctor(settings, options.config, options.json)


def _test_receivers(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import test_receivers

    return test_receivers(settings, options.by)


def _acknowledge(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import act

    return act(settings, "acknowledge", options.incident, options.by)


def _cancel(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import act

    return act(settings, "cancel", options.incident, options.by, options.note)


def _close(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.commands import act

    said = options.note, options.disposition
    return act(settings, "close", options.incident, options.by, *said)


def _split(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.move_commands import split

    return split(settings, options.incident, options.room, options.by, options.note)


def _join(settings: GatewaySettings, options: argparse.Namespace) -> int:
    from gateway.app.move_commands import join

    return join(settings, options.incident, options.into, options.by, options.note)


def _status(options: argparse.Namespace) -> int:
    settings = load(options.config, StatusSettings)
    from gateway.app.status import status

    return status(settings, options.config, options.json)


COMMANDS: Final[tuple[Command, ...]] = (
    Command("run", "take alerts in and report them", _process(_run), [CONFIG]),
    Command("cameras", "keep the newest picture of each camera in memory", _cameras, [CONFIG]),
    Command("console", "serve the school's pages, and those of live links", _console, [CONFIG]),
    Command("notices", "tell people of troubles and alarms", _notices, [CONFIG]),
    Command("notify", "try each carrier of a person", _notify, [CONFIG, _TEST]),
    Command(
        "take-trouble",
        "take a trouble in the name of a person, so that nobody else is told again",
        _command(_take_trouble),
        [CONFIG, _TROUBLE, _BY],
    ),
    Command("check", "check the settings", _command(_check), [CONFIG, _ACCEPT]),
    Command(
        "zones",
        "print each room's zone number at alarm-receiving centres",
        _command(_zones),
        [CONFIG, _CSV],
    ),
    Command(
        "doctor",
        "check the whole installation, and say what to do about each problem",
        _command(_doctor),
        [CONFIG, _JSON],
    ),
    Command(
        "test-receivers",
        "send a manual test to every alarm-receiving centre",
        _command(_test_receivers),
        [CONFIG, _BY],
    ),
    Command("status", "list open incidents and standing troubles", _status, [CONFIG, _JSON]),
    *FLEET_COMMANDS,
    Command(
        "acknowledge",
        "acknowledge an incident in the name of a person",
        _command(_acknowledge),
        [CONFIG, _INCIDENT, _BY],
    ),
    Command(
        "cancel",
        "report that an alert was a mistake, in the name of a person; nothing is recalled",
        _command(_cancel),
        [CONFIG, _INCIDENT, _BY, _NOTE],
    ),
    Command(
        "close",
        "end an incident, in the name of a person",
        _command(_close),
        [CONFIG, _INCIDENT, _BY, _DISPOSITION, _NOTE],
    ),
    Command(
        "split",
        "put some rooms of an incident into one of their own, in the name of a person",
        _command(_split),
        [CONFIG, _INCIDENT, _ROOMS, _BY, _NOTE],
    ),
    Command(
        "join",
        "put all of an incident into another one, in the name of a person",
        _command(_join),
        [CONFIG, _INCIDENT, _INTO, _BY, _NOTE],
    ),
    *BACKUP_COMMANDS,
    *TRUST_COMMANDS,
)
