"""The commands of `tocsin-gateway` about the school's rooms and units, as a table."""

import argparse
from pathlib import Path
from typing import Final

from gateway.config.console_process import ConsoleProcessSettings
from gateway.config.last_good import load_or_last_good
from gateway.config.monitor_process import MonitorProcessSettings
from gateway.config.settings import GatewaySettings
from gateway.trust.command_table import CONFIG
from service.command import Command, argument
from service.log import start_log
from service.settings import load

_JSON: Final = argument(
    "--json",
    dest="form",
    action="store_const",
    const="json",
    default="text",
    help="for a program to read",
)
_CSV: Final = argument(
    "--csv", dest="form", action="store_const", const="csv", help="for a spreadsheet"
)
_WRONG: Final = argument(
    "--wrong", action="store_true", help="only rooms in which a press may not get out"
)

_LIST: Final = argument("list", type=Path, metavar="LIST.csv", help="as spreadsheets save it")
_COLUMN: Final = argument(
    "--column",
    action="append",
    default=[],
    metavar="HEADING=COLUMN",
    help="which column of the list is which of the register's; repeatable",
)
_YES: Final = argument("--yes", action="store_true", help="write it without a question")


def _import_rooms(options: argparse.Namespace) -> int:
    settings = load(options.config, GatewaySettings)
    from gateway.app.import_rooms import import_rooms

    return import_rooms(settings, options.config, options.list, options.column, options.yes)


_WALK: Final = argument("what", choices=["start", "stop", "status", "record"], help="what to do")
_SCOPE: Final = argument(
    "names", nargs="*", help="start: rooms or units, none for all; record: the id of a walk test"
)
_MINUTES: Final = argument(
    "--minutes", type=float, default=15.0, help="after which it ends by itself, 15 at most"
)
_STARTED_BY: Final = argument("--by", metavar="NAME", help="start, stop: who does it")
_AS_TABLE: Final = argument("--csv", action="store_true", help="record: a table, not a page")


def _walk_test(options: argparse.Namespace) -> int:
    settings = load(options.config, ConsoleProcessSettings)
    from gateway.app import walk_test_commands as commands

    if options.what in ("start", "stop") and not options.by:
        return commands.lacks_a_name()
    match options.what:
        case "start":
            return commands.start(settings, options.names, options.minutes, options.by)
        case "stop":
            return commands.stop(settings, options.by)
        case "status":
            return commands.status(settings)
    return commands.record(settings, "".join(options.names[:1]), options.csv)


def _units(options: argparse.Namespace) -> int:
    settings = load(options.config, ConsoleProcessSettings)
    from gateway.app.fleet_commands import units

    return units(settings, options.config, options.wrong, options.form)


def _troubles(options: argparse.Namespace) -> int:
    settings = load(options.config, ConsoleProcessSettings)
    from gateway.app.fleet_commands import troubles

    return troubles(settings, options.config, options.form)


def _monitor(options: argparse.Namespace) -> int:
    start_log()
    settings = load_or_last_good(options.config, MonitorProcessSettings)
    from gateway.monitor.run import run_monitor

    return run_monitor(settings, options.config)


FLEET_COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "import-rooms",
        "take a school's list of rooms into the register; shows what changes, and asks",
        _import_rooms,
        [CONFIG, _LIST, _COLUMN, _YES],
    ),
    Command(
        "walk-test",
        "start or stop a walk test, in which short presses are no alarm, or write its record",
        _walk_test,
        [CONFIG, _WALK, _SCOPE, _MINUTES, _STARTED_BY, _AS_TABLE],
    ),
    Command(
        "units",
        "list every room: would a press there reach the police now, and what is wrong",
        _units,
        [CONFIG, _WRONG, _JSON, _CSV],
    ),
    Command(
        "troubles",
        "list what is wrong and what was within 30 days, with what to do",
        _troubles,
        [CONFIG, _JSON],
    ),
    Command("monitor", "show figures to Prometheus", _monitor, [CONFIG]),
)
