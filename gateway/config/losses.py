"""Detects rooms and units that a register has lost since it last was good.  Pure.

A unit that still hangs on a wall but in no room of the register would raise alerts without a place.
So a register that loses rooms or units is refused, with the line, until somebody confirms it
(`tocsin-gateway check --accept`) or the unit is revoked.
"""

from collections.abc import Collection, Iterator
from typing import Final

from gateway.config.sheet import Sheet
from service.settings import Fault
from wire.clean import clean
from wire.ids import UnitId

_CURE: Final = "if that is meant: `tocsin-gateway check --accept --config /etc/tocsin/gateway.toml`"
# A file cut in half would name hundreds.
_MOST: Final = 20


def losses(before: Sheet, now: Sheet, revoked: Collection[UnitId]) -> list[Fault]:
    """Return what `before` has and `now` has not, at the line of `now` behind which it stood."""
    found = list(_losses(before, now, revoked))
    more = len(found) - _MOST
    return found if more <= 0 else [*found[:_MOST], Fault(None, "", f"{more} more are gone")]


def _losses(before: Sheet, now: Sheet, revoked: Collection[UnitId]) -> Iterator[Fault]:
    rooms = {row.cells.get("room", ""): row for row in now.rows}
    units = {row.cells.get("unit", "") for row in now.rows}
    line = 1
    for row in before.rows:
        room, unit = row.cells.get("room", ""), row.cells.get("unit", "")
        here = rooms.get(room)
        line = here.line if here else line
        if unit and (unit in units or UnitId(unit) in revoked):
            continue
        if here is None:
            lost = f"{room} and its unit {unit}" if unit else room
            yield Fault(line, "room", f"{clean(lost)} stood behind this line and is gone; {_CURE}")
        elif unit and not here.cells.get("unit"):
            yield Fault(line, "unit", f"{clean(unit)} is gone from this room; {_CURE}")
