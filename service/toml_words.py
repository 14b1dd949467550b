"""Explains a TOML syntax error to the writer of the file, with the line.

tomllib says where it gave up; the mistake is searched in that line, the most telling first.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Final, NamedTuple

from service.toml_positions import find_places

_AT: Final = re.compile(r"\(at line (\d+), column \d+\)")
_KEY: Final = r"""[A-Za-z0-9_."'-]+"""


class _Mistake(NamedTuple):
    """A line that `pattern` finds has it; `words` may name what the groups found."""

    pattern: re.Pattern[str]
    words: str


def _mistake(pattern: str, words: str) -> _Mistake:
    return _Mistake(re.compile(pattern), words)


_MISTAKES: Final = (
    _mistake(r"=[^\"'#]*[“”„‟«»‘’‚]", 'typographic quotation marks; write straight ones: "…"'),
    _mistake(r"[\u00a0\u2007\u202f\u200b\ufeff]", "a blank that is none; type it again"),
    _mistake(r"=\s*(yes|on|True|TRUE|Yes|On)\s*(#|$)", "write true instead of {0}"),
    _mistake(r"=\s*(no|off|False|FALSE|No|Off)\s*(#|$)", "write false instead of {0}"),
    _mistake(r"^\s*(//|;|--|/\*)", "a comment begins with #, not with {0}"),
    _mistake(r"^\s*\[[^\]#]*(#.*)?$", "the bracket is not closed: ]"),
    _mistake(r"^\s*\[\[[^\]]*\](#.*|\s*)$", "two brackets need two at the end: ]]"),
    _mistake(r"^\s*(" + _KEY + r")\s*:(?!//)", "a setting is written with =: {0} = …"),
    _mistake(r"^\s*(" + _KEY + r")\s*=\s*(#.*)?$", "{0} has no value"),
    _mistake(r"^\s*[^#\[=]*[^\x00-\x7f\s][^=]*=", "a name has letters a-z, digits, _ and - alone"),
    _mistake(r"^\s*[^=\s#\[]+\s+[^=\s#\[][^=#\[]*=", "a name has no blanks"),
    _mistake(r"=\s*\"[^\"]*\\[^\"]*\"", r"in a text \ is written twice, \\; or use '…' around it"),
    _mistake(r"=\s*-?\d+,\d+\s*(#|$)", "a number is written with a point, not with a comma"),
    _mistake(r"=\s*-?0\d+\s*(#|$)", "a number does not begin with 0; a text needs quotation marks"),
    _mistake(r"=\s*\"[^\"]*(#.*)?$", 'the quotation mark is not closed: "'),
    _mistake(r"=\s*'[^']*(#.*)?$", "the quotation mark is not closed: '"),
    _mistake(r"=\s*(\"[^\"]*\"|'[^']*'|[\w.]+)\s*[;,]\s*(#|$)", "nothing stands behind a value"),
    _mistake(r"=\s*\"[^\"]*\"\s*[^\s#]", "each setting needs a line of its own"),
    _mistake(r"=\s*\[.*[\"']\s+[\"']", "a comma stands between the values of a list"),
    _mistake(r"=\s*\[[^\]]*$", "the list is not closed: ]"),
    _mistake(
        r"=\s*\[[^\]]*[^\s\"',\[\]\d.]", 'each text in a list needs quotation marks: ["…", "…"]'
    ),
    _mistake(r"=\s*[^\s\"'\[{]", 'a text needs quotation marks: "…"'),
    _mistake(r"^\s*[^=]*$", 'a setting is written as name = "value"'),
)


def fault_of_toml(text: str, error: tomllib.TOMLDecodeError) -> tuple[int | None, str]:
    """Return the line, from 1, and what is wrong in it."""
    lines = text.splitlines()
    found = _AT.search(str(error))
    line = int(found[1]) if found else max(1, len(lines))
    if words := _said_twice(str(error), lines, line):
        return line, words
    near = [line, line - 1] if found and _is_bare(lines, line) else [line]
    for number in near:
        shown = lines[number - 1] if 1 <= number <= len(lines) else ""
        for mistake in _MISTAKES:
            if match := mistake.pattern.search(shown):
                return number, mistake.words.format(*match.groups())
    return line, f"cannot be understood ({str(error).split(' (at')[0]})"


def _is_bare(lines: list[str], line: int) -> bool:
    return not (1 <= line <= len(lines) and lines[line - 1].strip())


def _said_twice(error: str, lines: list[str], line: int) -> str | None:
    """A table or setting that stands there twice, which tomllib says in four ways."""
    if not any(words in error for words in ("Cannot overwrite", "Cannot declare", "Cannot mutate")):
        return None
    shown = lines[line - 1].split("=")[0].strip() if 1 <= line <= len(lines) else ""
    name = shown.split("#")[0].strip()
    first = _first_of(name, lines, line)
    where = f" (first in line {first})" if first else ""
    if name.startswith("["):
        single = name.strip("[] ")
        return (
            f"[{single}] stands there twice{where}: put its settings under one heading, or write"
            f" [[{single}]] over each if there may be several"
        )
    return f"{name} stands there twice{where}"


def _first_of(name: str, lines: list[str], line: int) -> int | None:
    if name.startswith("["):
        wanted = name.strip("[] ")
        heads = (n for n, each in enumerate(lines[: line - 1], 1) if _heading(each) == wanted)
        return next(heads, None)
    before = find_places("\n".join(lines[: line - 1]))
    return _last_named(before, name)


def _heading(line: str) -> str:
    shown = line.split("#", maxsplit=1)[0].strip()
    return shown.strip("[] ") if shown.startswith("[") else ""


def _last_named(places: Mapping[tuple[str | int, ...], int], name: str) -> int | None:
    found = [line for path, line in places.items() if path and path[-1] == name]
    return found[-1] if found else None
