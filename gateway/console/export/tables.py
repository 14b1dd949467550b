"""The tables of an export: CSV that any spreadsheet opens, and takes for text.  Pure."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wire.ids import Wall
from wire.moment import write_moment

Cell = str | int | float | None
"""A text is anybody's; a number is ours; what is not known is empty."""

# A spreadsheet takes a text that begins so for a formula, whatever blanks stand before it.
_FORMULA: Final = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
                   "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_BLANKS: Final = ("\t", "\r", "\n")


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Return a table, row by row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    yield b"\xef\xbb\xbf"
    for row in itertools.chain([head], rows):
        writer.writerow(map(_cell, row))
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def moment(at: Wall | None) -> str:
    """Return a moment as a cell."""
    return "" if at is None else write_moment(at)


def seconds(since: Wall | None, until: Wall | None) -> float | None:
    """Return how long it took; None if one of both is not known."""
    return None if since is None or until is None else round(until - since, 3)


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return _inert(value) if isinstance(value, str) else str(value)


def _inert(text: str) -> str:
    risky = text.lstrip().startswith(_FORMULA) or text.startswith(_BLANKS)
    return f"'{text}" if risky else text
