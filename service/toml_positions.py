"""Finds where each setting stands in a TOML file, so that a fault can be reported with its line.

Reads layout only: tables, arrays of tables and keys at the start of a line.  tomllib has read the
file before, so this needs no judgement of its own.
"""

import re
from collections.abc import Mapping
from typing import Final

Path = tuple[str | int, ...]

_TABLE: Final = re.compile(r"\s*\[(?P<array>\[)?\s*(?P<name>[^\[\]]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*(?P<name>[A-Za-z0-9_."'-]+)\s*=""")


def find_places(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, of every table and key that starts a line."""
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _parts(header["name"])
            if header["array"]:
                index = counts.get(table, 0)
                counts[table] = index + 1
                table = (*table, index)
            places.setdefault(table, number)
        elif key := _KEY.match(line):
            places.setdefault(table + _parts(key["name"]), number)
    return places


def line_of(places: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of `path`, or of the nearest thing around it; None for the whole file."""
    for length in range(len(path), 0, -1):
        here = path[:length]
        # A heading that should not be one of an array, or should, is meant by its first.
        for place in (here, (*here, 0)):
            if (line := places.get(place)) is not None:
                return line
    return None


def _parts(name: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
