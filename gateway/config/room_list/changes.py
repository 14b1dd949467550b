"""What a school's list changes in the register.

The list says which rooms there are, and what they are called.  What an installer found out (unit,
cameras, place, zone) stays where the list says nothing, and a room whose unit still hangs there
stays, though the list has it not.
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from gateway.config.register import HEADER, parse_register
from gateway.config.room_list.cells import without_zeros
from gateway.config.room_list.columns import COLUMNS
from gateway.config.sheet import Row, Sheet
from service.settings import Fault
from wire.clean import clean
from wire.ids import UnitId

_SCHOOLS: Final = ("name", "building", "floor")
_CAMERAS: Final = "cameras"


class ChangedRoom(NamedTuple):
    """One room that is another than before: by column, what stood there and what does now."""

    room: str
    cells: Mapping[str, tuple[str, str]]


class Changes(NamedTuple):
    """What the list makes of the register, and the register's new `text`.

    `staying`: rooms that the list has not, with the unit that hangs there.
    """

    added: Sequence[Row]
    changed: Sequence[ChangedRoom]
    gone: Sequence[Row]
    staying: Sequence[Row]
    same: int
    text: str

    @property
    def is_none(self) -> bool:
        """True if the register is as the list says."""
        return not (self.added or self.changed or self.gone)


def compare(
    before: Sheet, rows: Sequence[Row], revoked: Collection[UnitId]
) -> tuple[Changes, list[Fault]]:
    """Compare the list's `rows` with the register as it is; whole only without a fault."""
    here = {row.cells.get("room", ""): row for row in before.rows}
    listed = {row.cells.get("room", ""): row for row in rows}
    new = [Row(row.line, _merged(here.get(row.cells.get("room", "")), row)) for row in rows]
    left = [row for room, row in here.items() if room not in listed]
    staying = [row for row in left if _hangs(row, new, revoked)]
    order = {room: at for at, room in enumerate(here)}
    kept = sorted([*new, *staying], key=lambda row: order.get(row.cells["room"], len(order)))
    text = _written(kept, before.separator)
    faults = [*_faults(kept, staying), *_lost(here, new, revoked), *_zeros(rows, left)]
    changed = [found for row in new if (found := _changed(here, row)).cells]
    added = [row for row in new if row.cells["room"] not in here]
    gone = [row for row in left if row not in staying]
    same = len(new) - len(added) - len(changed)
    return Changes(added, changed, gone, staying, same, text), sorted(
        faults, key=lambda fault: fault.line or 0
    )


def _merged(before: Row | None, row: Row) -> Mapping[str, str]:
    old = before.cells if before else {}
    new = row.cells
    return {
        name: new[name] if name in new and (new[name] or name in _SCHOOLS) else old.get(name, "")
        for name in COLUMNS
    }


def _hangs(row: Row, new: Sequence[Row], revoked: Collection[UnitId]) -> bool:
    unit = row.cells.get("unit", "")
    moved = {each.cells["unit"] for each in new}
    return bool(unit) and UnitId(unit) not in revoked and unit not in moved


def _changed(here: Mapping[str, Row], row: Row) -> ChangedRoom:
    old = here[row.cells["room"]].cells if row.cells["room"] in here else row.cells
    cells = {
        name: (old.get(name, ""), row.cells[name])
        for name in COLUMNS
        if old.get(name, "") != row.cells[name]
    }
    return ChangedRoom(row.cells["room"], cells)


def _faults(kept: Sequence[Row], staying: Sequence[Row]) -> Iterator[Fault]:
    """What the register itself refuses, at the line of the list that says it."""
    _, found = parse_register(_written(kept, ","))
    for fault in found:
        row = kept[(fault.line or 2) - 2]
        if row in staying:
            words = f"{fault.problem} (room {clean(row.cells['room'])}, which is not in the list)"
            yield Fault(None, fault.where, words)
        else:
            yield Fault(row.line, fault.where, fault.problem)


def _lost(
    here: Mapping[str, Row], new: Sequence[Row], revoked: Collection[UnitId]
) -> Iterator[Fault]:
    """A unit in whose place the list has another one, and that then would hang nowhere."""
    units = {row.cells["unit"] for row in new}
    for row in new:
        old = here[row.cells["room"]].cells.get("unit", "") if row.cells["room"] in here else ""
        if old and old not in units and UnitId(old) not in revoked:
            words = (
                f"{clean(old)} hangs in this room, and would hang in none: leave the unit out here"
            )
            yield Fault(
                row.line,
                "unit",
                f"{words}, or replace it first:"
                " `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml`",
            )


def _zeros(rows: Sequence[Row], left: Sequence[Row]) -> Iterator[Fault]:
    """A room that the register has with zeros in front, which a spreadsheet took away."""
    short = {without_zeros(row.cells.get("room", "")): row.cells.get("room", "") for row in left}
    for row in rows:
        room = row.cells.get("room", "")
        if short.get(room, room) != room:
            words = f"{room} is {short[room]} in the register: Excel takes zeros in front away"
            yield Fault(row.line, "room", f"{words}; make the column text, and write it as there")


def _written(rows: Sequence[Row], separator: str) -> str:
    """Return the register's text; the column of zones only if there are some."""
    columns = COLUMNS if any(row.cells.get("zone") for row in rows) else HEADER
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.cells.get(name, "") for name in columns] for row in rows)
    return out.getvalue()
