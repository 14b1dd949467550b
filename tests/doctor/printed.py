"""Every command line that our programs print, collected from where it stands in the code.

A command is printed in backticks, or to the end of its line; what is known only when it is printed
is `X` here.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from service.cure import commands_in

PACKAGES = ("service", "gateway", "device", "police", "wire")
UNKNOWN = "X"
OURS = r"tocsin-(?:gateway|device|police)"
TOOLS = (
    "apt", "apt-get", "chmod", "chown", "cp", "df", "dmesg", "getent", "install", "journalctl",
    "ls", "mkdir", "pip", "python3", "resolvectl", "sed", "sudo", "systemctl", "timedatectl",
)  # fmt: skip
# Whatever looks like one where nobody marked it: the name of a program and a word of its own.
_BARE = re.compile(
    rf"(?<![\w/-])(?:sudo )?(?:{OURS} (?!tocsin-)[a-z]|(?:systemctl|journalctl|timedatectl) [a-z-]"
    r"|(?:chown|chmod|install|sed|mkdir|cp) -|(?:apt|apt-get|pip) install ).*"
)


class Printed(NamedTuple):
    """A command, and where it stands."""

    place: str
    command: str


def printed_commands() -> list[Printed]:
    """What all our programs print, and the pages that are written of their tables."""
    found = [each for file in _sources() for each in _in_source(file)]
    assert len(found) > 80, "the commands stand elsewhere now, or are written in another way"
    return found


def commands_of(text: str) -> Iterator[str]:
    """The commands in a text that is printed."""
    for line in text.splitlines():
        yield from (each for each in commands_in(line) if _is_command(each))
        yield from (each.rstrip('".') for each in _BARE.findall("".join(line.split("`")[::2])))


def _is_command(words: str) -> bool:
    first = words.split(maxsplit=1)[0]
    return bool(re.fullmatch(OURS, first)) or Path(first).name in TOOLS


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted(Path(package).rglob("*.py"))]


def _in_source(file: Path) -> Iterator[Printed]:
    source = file.read_text()
    if not any(name in source for name in ("tocsin-", *(f"{tool} " for tool in TOOLS))):
        return
    names = vars(importlib.import_module(".".join(file.with_suffix("").parts)))
    for line, text in _texts(_without_docstrings(ast.parse(source)), names):
        for command in commands_of(text):
            yield Printed(f"{file}:{line}", command)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _texts(tree: ast.AST, names: dict[str, object]) -> Iterator[tuple[int, str]]:
    """Each text of the source, whole: what is put together stands together."""
    parts: set[int] = set()
    for node in ast.walk(tree):
        if id(node) not in parts and isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
            parts.update(id(part) for part in ast.walk(node))
            yield node.lineno, re.sub(r"\{\w*\}", UNKNOWN, _text(node, names))


def _text(node: ast.AST, names: dict[str, object]) -> str:
    match node:
        case ast.Constant(value=str() as value):
            return value
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, names) for part in parts)
        case ast.FormattedValue(value=value):
            return _text(value, names)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, names) + _text(right, names)
        case ast.Name(id=name) if isinstance(known := names.get(name), str):
            return known
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            known = getattr(names.get(module), name, None)
            return known if isinstance(known, str) else UNKNOWN
    return UNKNOWN
