"""A school's list of rooms: which rooms, and what it says of each by the register's columns."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.config.room_list.cells import spoilt, tidied
from gateway.config.room_list.columns import ListHead, find_head, known_headings, read_head
from gateway.config.room_list.rows import SEPARATORS, ListRow, ListRows, rows_of, said_separator
from gateway.config.sheet import Row
from service.settings import Fault


class RoomList(NamedTuple):
    """The rows, by our columns; `head` says which headings were read as what."""

    separator: str
    head: ListHead
    rows: Sequence[Row]


def read_list(text: str, said: Mapping[str, str]) -> tuple[RoomList, list[Fault]]:
    """Read `text`; `said` is what a person says of headings.  Whole only without a fault."""
    found = _read(text, said)
    faults = list(found.faults)
    at = find_head([row.cells for row in found.rows], said)
    if at is None:
        faults.append(Fault(None, "", "the list is empty"))
        return RoomList(found.separator, ListHead(0, {}, {}, []), []), faults
    head, more = read_head(at, found.rows[at].line, found.rows[at].cells, said)
    faults += more
    rows = [_row(row, head) for row in found.rows[at + 1 :]]
    if "room" in head.columns:
        faults += [
            fault
            for row, each in zip(rows, found.rows[at + 1 :], strict=True)
            for fault in _faults(row, each, found.rows[at])
        ]
        if not rows:
            faults.append(Fault(found.rows[at].line, "", "no room stands below the headings"))
    return RoomList(found.separator, head, rows), faults


def _read(text: str, said: Mapping[str, str]) -> ListRows:
    """Read it with the separator that it names, or by which most headings are known."""
    if own := said_separator(text):
        return rows_of(text, own)

    def known(rows: ListRows) -> tuple[int, int]:
        top = [row.cells for row in rows.rows[:10]]
        return max(((known_headings(row, said), len(row)) for row in top), default=(0, 0))

    return max((rows_of(text, each) for each in SEPARATORS), key=known)


def _row(row: ListRow, head: ListHead) -> Row:
    cells = {
        name: tidied(row.cells[at]) for name, at in head.columns.items() if at < len(row.cells)
    }
    return Row(row.line, cells)


def _faults(row: Row, whole: ListRow, head: ListRow) -> Sequence[Fault]:
    if any(cell.strip() for cell in whole.cells[len(head.cells) :]):
        words = "more columns than headings: a text that holds the separator must be quoted"
        return [Fault(row.line, "", words)]
    room = row.cells.get("room", "")
    if not room:
        return [Fault(row.line, "room", "this row names no room")]
    return [Fault(row.line, "room", words) for words in spoilt(room)]
