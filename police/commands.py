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
from police.settings import PoliceSettings, readable_by_others
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
    for words in readable_by_others(settings):
        print(f"warning: {words}", file=sys.stderr)
    return GOOD


COMMANDS: Final[tuple[Command, ...]] = (
    Command("serve", "take reports and show them", _serve, [_CONFIG]),
    Command("check", "check the settings and end", _check, [_CONFIG]),
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
