"""Commands of a program as a table: each has a name, words for its help, arguments, and a function.

What a command needs is imported by its function alone, so that no process loads what it is not.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service import exits
from service.version import tocsin_version


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, in argparse's words."""

    names: tuple[str, ...]
    options: Mapping[str, Any]


def argument(*names: str, **options: Any) -> Argument:
    """Return an argument as `ArgumentParser.add_argument` takes it."""
    return Argument(names, options)


@dataclass(frozen=True, slots=True)
class Command:
    """`run` is given what was parsed and returns the exit code."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    arguments: Sequence[Argument] = ()


def run_command(
    program: str,
    description: str | None,
    commands: Sequence[Command],
    given: Sequence[str] | None,
    renamed: Mapping[str, str] | None = None,
) -> int:
    """Parse `given` (the process's own arguments if None) and run the command that it names.

    A name in `renamed` is refused with the one that it has now.
    """
    words = list(sys.argv[1:] if given is None else given)
    if renamed and words and words[0] in renamed:
        new = renamed[words[0]]
        sys.stderr.write(f"{program} {words[0]}: did you mean `{program} {new}`?\n")
        return exits.USAGE
    options = parser_of(program, description, commands).parse_args(words)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def parser_of(
    program: str, description: str | None, commands: Sequence[Command]
) -> argparse.ArgumentParser:
    """Return what reads the arguments of `program`."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--version", action="version", version=tocsin_version())
    table = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for each in commands:
        command = table.add_parser(each.name, help=each.help, description=each.help)
        command.set_defaults(run=each.run)
        command.add_argument("--version", action="version", version=tocsin_version())
        for one in each.arguments:
            command.add_argument(*one.names, **one.options)
    return parser
