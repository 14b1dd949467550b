"""The manual page of a program, made of its table of commands."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from scripts.debian.dates import day_of
from scripts.debian.package import Build
from service.command import Argument, Command


def page(build: Build, second: int) -> str:
    """The page in the language of man(7)."""
    return "\n".join(_lines(build, second)) + "\n"


def _lines(build: Build, second: int) -> Iterator[str]:
    package = build.package
    yield (
        f'.TH {package.command.upper()} 8 "{day_of(second)}" "Tocsin {build.version}"'
        ' "System administration"'
    )
    yield from (".SH NAME", _safe(f"{package.command} - ", package.summary.partition(": ")[2]))
    yield from (
        ".SH SYNOPSIS",
        f".B {_safe(package.command)}",
        ".I command",
        "[\\fIargument\\fR ...]",
    )
    yield from (".SH DESCRIPTION", *map(_safe, package.about.strip().splitlines()))
    yield ".SH COMMANDS"
    for command in import_module(package.table).COMMANDS:
        yield from _command(command)
    yield ".SH FILES"
    for name, about in package.files.items():
        yield from (".TP", f".I {_safe(name)}", _safe(about))
    yield from (".SH SEE ALSO", _safe(f"/usr/share/doc/{package.name}/README.md"))


def _command(command: Command) -> Iterator[str]:
    words = " ".join(map(_shown, command.arguments))
    yield from (".TP", f"\\fB{_safe(command.name)}\\fR {words}".rstrip(), _safe(command.help))


def _shown(argument: Argument) -> str:
    """One argument as a synopsis has it."""
    name, options = argument.names[0], argument.options
    if not name.startswith("-"):
        optional = options.get("nargs") in ("?", "*")
        return f"[\\fI{_safe(name)}\\fR]" if optional else f"\\fI{_safe(name)}\\fR"
    shown = f"\\fB{_safe(name)}\\fR"
    if "action" not in options or options["action"] == "append":
        shown += f" \\fI{_safe(_value(name, options))}\\fR"
    return shown if options.get("required") else f"[{shown}]"


def _value(name: str, options: Any) -> str:
    if "choices" in options:
        return "|".join(map(str, options["choices"]))
    return str(options.get("metavar") or name.lstrip("-").upper())


def _safe(*words: str) -> str:
    """Text that man(7) shows as it stands."""
    text = "".join(words).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
