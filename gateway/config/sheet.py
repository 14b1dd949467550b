"""A table as spreadsheets write it: with semicolons or tabs, `sep=`, capitals, empty rows.

Each row stands in a line of its own, so a quotation mark that is never closed is told at its line
and swallows no row.  What is changed is written back in the form that the file had: every other
line stays as it was, to the byte.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.settings import Fault
from wire.clean import clean

_BREAK: Final = re.compile(r"(\r\n|\n|\r)")
_SEPARATORS: Final = (",", ";", "\t")
_SEP_LINE: Final = re.compile(r'"?sep=(.)"?[,;\t]*', re.IGNORECASE)


class Row(NamedTuple):
    """One row: its line, from 1, and what stands in each column that it reaches."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read; `columns` are its own, in their order, each with its place."""

    lines: Sequence[str]
    breaks: Sequence[str]
    separator: str
    columns: Mapping[str, int]
    rows: Sequence[Row]

    def with_cells(self, changes: Mapping[int, Mapping[str, str]]) -> str:
        """Return the text with other words in some cells, by line and column."""
        lines = list(self.lines)
        for line, cells in changes.items():
            lines[line - 1] = self._changed(lines[line - 1], cells)
        ends = [*self.breaks, ""]
        return "".join(line + end for line, end in zip(lines, ends, strict=False))

    def _changed(self, line: str, cells: Mapping[str, str]) -> str:
        found = _cells(line, self.separator)
        for column, text in cells.items():
            at = self.columns[column]
            found += [""] * (at + 1 - len(found))
            found[at] = text
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.separator, lineterminator="").writerow(found)
        return out.getvalue()


def read_sheet(
    text: str, needed: Sequence[str], optional: Sequence[str] = ()
) -> tuple[Sheet, list[Fault]]:
    """Read `text` as a table with the columns `needed`; whole only if no fault is returned."""
    parts = _BREAK.split(text)
    lines, breaks = parts[::2], parts[1::2]
    separator, head = _find_head(lines)
    if head is None:
        return Sheet(lines, breaks, ",", {}, []), [Fault(1, "", _head_words(needed))]
    columns, faults = _read_head(lines[head], separator, head + 1, needed, optional)
    if not columns:
        return Sheet(lines, breaks, separator, {}, []), faults
    rows: list[Row] = []
    for line, shown in enumerate(lines[head + 1 :], start=head + 2):
        try:
            cells = [cell.strip() for cell in _cells(shown, separator)]
        except csv.Error:
            faults.append(Fault(line, "", 'a quotation mark is not closed: "'))
            continue
        if any(cells):
            faults += _row_faults(line, cells, columns)
            named = {name: cells[at] for name, at in columns.items() if at < len(cells)}
            rows.append(Row(line, named))
    return Sheet(lines, breaks, separator, columns, rows), faults


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator, strict=True), [])


def _find_head(lines: Sequence[str]) -> tuple[str, int | None]:
    """The separator, and where the first line with words is; a line `sep=;` says the first."""
    said = ""
    for at, line in enumerate(lines):
        if not line.strip(" \t,;"):
            continue
        if match := _SEP_LINE.fullmatch(line.strip(" ")):
            said = match[1]
            continue
        return said or max(_SEPARATORS, key=line.count), at
    return ",", None


def _read_head(
    line: str, separator: str, number: int, needed: Sequence[str], optional: Sequence[str]
) -> tuple[Mapping[str, int], list[Fault]]:
    try:
        names = [name.strip().lower() for name in _cells(line, separator)]
    except csv.Error:
        return {}, [Fault(number, "", 'a quotation mark is not closed: "')]
    known = (*needed, *optional)
    if not set(names) & set(known):
        return {}, [Fault(number, "", _head_words(needed))]
    columns = {name: at for at, name in enumerate(names) if name in known}
    faults = [Fault(number, "", words) for words in _head_faults(names, needed, known)]
    return columns, faults


def _head_faults(
    names: Sequence[str], needed: Sequence[str], known: Sequence[str]
) -> Iterator[str]:
    misspelt = set[str]()
    for name in dict.fromkeys(filter(None, names)):
        if names.count(name) > 1:
            yield f"the column {clean(name)} stands there twice"
        if name not in known:
            lacking = [each for each in known if each not in names]
            near = difflib.get_close_matches(name, lacking, n=1)
            misspelt |= set(near)
            hint = f'; did you mean "{near[0]}"?' if near else ": leave it out"
            yield f"unknown column {clean(name)}{hint}"
    for name in needed:
        if name not in names and name not in misspelt:
            yield f"the column {name} is missing: {_head_words(needed)}"


def _head_words(needed: Sequence[str]) -> str:
    return f"the first line must be {','.join(needed)}"


def _row_faults(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Iterator[Fault]:
    width = max(columns.values(), default=0) + 1
    if any(cells[width:]):
        yield Fault(line, "", "more columns than the first line; quote a text that holds a comma")
