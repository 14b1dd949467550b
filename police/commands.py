"""The commands of `tocsin-police`, as a table.

`serve` and `check` read police.toml; `conformance` and `send` try anybody's receiver, and need no
settings.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from police.conformance import commands as conformance
from police.roles import Role
from police.settings import PoliceSettings, warnings_of
from service.command import Command, argument, run_command
from service.exits import BAD_CONFIGURATION, GOOD
from service.log import start_log
from service.settings import SettingsError, load

_CONFIG: Final = argument("--config", type=Path, required=True, metavar="police.toml")
_TEST: Final = "all it sends is marked as a test"


def run(given: Sequence[str] | None = None) -> int:
    """Run the command that `given` names; returns its exit code (service/exits.py)."""
    try:
        return run_command("tocsin-police", "The reference receiver of reports.", COMMANDS, given)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION


def _serve(options: argparse.Namespace) -> int:
    settings = load(options.config, PoliceSettings)
    from police.run import serve

    start_log()
    return serve(settings)


def _check(options: argparse.Namespace) -> int:
    settings = load(options.config, PoliceSettings)
    print(f"{options.config}: good")
    for words in warnings_of(settings):
        print(f"warning: {words}", file=sys.stderr)
    return GOOD


def _account(options: argparse.Namespace) -> int:
    settings = load(options.config, PoliceSettings)
    from police.account_commands import change

    return change(options, settings)


def _events(options: argparse.Namespace) -> int:
    settings = load(options.config, PoliceSettings)
    from police.account_commands import show_events

    return show_events(options, settings)


COMMANDS: Final[tuple[Command, ...]] = (
    Command("serve", "take reports and show them", _serve, [_CONFIG]),
    Command("check", "check the settings and end", _check, [_CONFIG]),
    Command(
        "account",
        "list who may see the page; with a name, make or change that account",
        _account,
        [
            _CONFIG,
            argument("name", nargs="?", help="without one, all are listed"),
            argument("--role", choices=tuple(Role)),
            argument("--remove", action="store_true"),
            argument(
                "--reset-codes", action="store_true", help="of a person who lost the second factor"
            ),
        ],
    ),
    Command(
        "events",
        "list who logged in, and what was refused to whom",
        _events,
        [_CONFIG, argument("--last", type=int, default=100, metavar="N", help="so many of them")],
    ),
    Command(
        "conformance",
        f"try anybody's receiver of reports by cases; {_TEST}",
        conformance.act,
        conformance.CONFORMANCE,
    ),
    Command(
        "send",
        f"send the reports of a test incident to a receiver; {_TEST}",
        conformance.act,
        conformance.SEND,
    ),
)
