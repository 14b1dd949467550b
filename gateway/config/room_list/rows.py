"""The rows of a table as text: with any separator, and with line breaks within quotation marks."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from service.settings import Fault

SEPARATORS: Final = (",", ";", "\t", "|")
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_SEP_LINE: Final = re.compile(r'"?sep=(.)"?[,;\t|]*', re.IGNORECASE)
# More lines in one row are a quotation mark that was never closed.
_LONGEST: Final = 12


class ListRow(NamedTuple):
    """One row, by the line on which it begins, from 1."""

    line: int
    cells: Sequence[str]


class ListRows(NamedTuple):
    """What was read, and what could not be."""

    separator: str
    rows: Sequence[ListRow]
    faults: Sequence[Fault]


def said_separator(text: str) -> str | None:
    """Return what a first line `sep=;` says; None if there is none."""
    first = _BREAK.split(text, maxsplit=1)[0]
    match = _SEP_LINE.fullmatch(first.strip())
    return match[1] if match else None


def rows_of(text: str, separator: str) -> ListRows:
    """Read all rows that are not empty."""
    rows: list[ListRow] = []
    faults: list[Fault] = []
    for line, shown in _pieces(_BREAK.split(text)):
        if line == 1 and _SEP_LINE.fullmatch(shown.strip()):
            continue
        try:
            cells = next(csv.reader([shown], delimiter=separator, strict=True), [])
        except csv.Error:
            faults.append(Fault(line, "", "a quotation mark stands alone, or is not closed"))
            continue
        if any(cell.strip() for cell in cells):
            rows.append(ListRow(line, cells))
    return ListRows(separator, rows, faults)


def _pieces(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each row's text with its first line: it goes on while quotation marks are odd."""
    at = 0
    while at < len(lines):
        end, marks = at, lines[at].count('"')
        while marks % 2 and end + 1 < len(lines) and end - at < _LONGEST:
            end += 1
            marks += lines[end].count('"')
        if marks % 2:
            end = at
        yield at + 1, "\n".join(lines[at : end + 1])
        at = end + 1
