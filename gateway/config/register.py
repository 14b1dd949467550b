"""The register: which rooms, units and cameras the school has.  It is the authority on where.

A CSV file with the header `room,name,building,floor,unit,cameras,x,y`, as spreadsheets write it
(`sheet.py`); `cameras` is a list of camera ids with spaces between, `x` and `y` place the room on
the plan in per cent.  A column `zone` may say by which number, 1 to 999, an alarm centre knows the
room.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from gateway.config.sheet import Row, Sheet, read_sheet
from gateway.core.site import Entry, Register
from gateway.core.values import Room
from service.settings import Fault, SettingsError, read_file
from wire.clean import clean
from wire.ids import CAMERA, NAME, ROOM, CameraId, RoomId, UnitId

HEADER: Final = ("room", "name", "building", "floor", "unit", "cameras", "x", "y")
_OPTIONAL: Final = ("zone",)
# Three digits of a DC-09 event; 000 is the site as a whole.
_ZONE: Final = re.compile("0{0,2}[1-9][0-9]{0,2}", re.ASCII)


def load_register(path: Path) -> Register:
    """Read the CSV file; raises SettingsError that names every fault with its line."""
    register, faults = parse_register(read_file(path).text)
    if faults:
        raise SettingsError(path, faults)
    return register


def with_cameras(
    register: Register, cameras: Mapping[CameraId, Sequence[RoomId]], path: Path
) -> Register:
    """Add to each room the cameras that say so themselves.

    Raises SettingsError if the register names a camera, or a camera a room, that does not exist.
    """
    named = {camera for entry in register.by_room.values() for camera in entry.cameras}
    faults = [
        Fault(None, "cameras", f"gateway.toml has no [[camera]] {camera}")
        for camera in sorted(named - cameras.keys())
    ]
    faults += [
        Fault(None, "room", f"camera {camera} looks at room {room}, which is not in the register")
        for camera, rooms in cameras.items()
        for room in rooms
        if room not in register.by_room
    ]
    if faults:
        raise SettingsError(path, faults)
    more: dict[RoomId, list[CameraId]] = {}
    for camera, rooms in cameras.items():
        for room in rooms:
            more.setdefault(room, []).append(camera)
    by_room = {
        room: replace(entry, cameras=tuple(dict.fromkeys((*entry.cameras, *more.get(room, ())))))
        for room, entry in register.by_room.items()
    }
    return Register(by_room, {entry.unit: entry for entry in by_room.values() if entry.unit})


def read_rooms(text: str) -> tuple[Sheet, list[Fault]]:
    """Read the CSV text as a table of rooms, of which the words are not judged yet."""
    return read_sheet(text, HEADER, _OPTIONAL)


def parse_register(text: str) -> tuple[Register, list[Fault]]:
    """Read the CSV text; the register is whole only if no fault is returned."""
    sheet, faults = read_rooms(text)
    by_room: dict[RoomId, Entry] = {}
    by_unit: dict[UnitId, Entry] = {}
    for row in sheet.rows:
        faults += [Fault(row.line, *fault) for fault in _faults(row, sheet, by_room, by_unit)]
        entry = _entry(row)
        by_room[RoomId(entry.room.id)] = entry
        if entry.unit:
            by_unit[entry.unit] = entry
    return Register(by_room, by_unit), sorted(faults, key=lambda fault: fault.line or 0)


def _faults(
    row: Row, sheet: Sheet, by_room: Mapping[RoomId, Entry], by_unit: Mapping[UnitId, Entry]
) -> Iterator[tuple[str, str]]:
    words = row.cells
    # A unit that a short line leaves out would be a press without a place.
    if "unit" in sheet.columns and "unit" not in words:
        sep = sheet.separator
        yield "unit", f"the line ends before this column; write {sep} for each one that is empty"
    yield from _room_faults(words.get("room", ""), by_room)
    yield from _unit_faults(words.get("unit", ""), by_unit)
    for camera in words.get("cameras", "").split():
        if not CAMERA.fullmatch(camera):
            yield "cameras", f"{clean(camera)!r} is no camera id: 1 to 32 of a-z, 0-9 and -"
    yield from _zone_faults(words.get("zone", ""), by_room)
    for key in ("x", "y"):
        if words.get(key) and per_cent(words[key]) is None:
            yield key, f"{clean(words[key])!r} is not a place on the plan, 0 to 100"


def _room_faults(room: str, known: Mapping[RoomId, Entry]) -> Iterator[tuple[str, str]]:
    if not ROOM.fullmatch(room):
        yield "room", f"{clean(room)!r} is no room id; letters, digits, blanks and ._- are"
    if RoomId(room) in known:
        yield "room", f"{clean(room)!r} stands there twice"


def _unit_faults(unit: str, known: Mapping[UnitId, Entry]) -> Iterator[tuple[str, str]]:
    if unit and not NAME.fullmatch(unit):
        hint = f": write {unit.lower()}" if NAME.fullmatch(unit.lower()) else ""
        yield "unit", f"{clean(unit)!r} is no unit name, 3 to 32 of a-z, 0-9 and -{hint}"
    if unit and UnitId(unit) in known:
        yield "unit", f"{clean(unit)!r} hangs in two rooms"


def _zone_faults(zone: str, known: Mapping[RoomId, Entry]) -> Iterator[tuple[str, str]]:
    if not zone:
        return
    if not _ZONE.fullmatch(zone):
        yield "zone", f"{clean(zone)!r} is no zone, 1 to 999"
    elif int(zone) in {entry.zone for entry in known.values()}:
        yield "zone", f"{zone} is the zone of two rooms"


def _entry(row: Row) -> Entry:
    words = row.cells
    room, unit, zone = (words.get(key, "") for key in ("room", "unit", "zone"))
    name, floor, building = (words.get(key, "") for key in ("name", "floor", "building"))
    return Entry(
        room=Room(room, name or room, floor, building),
        unit=UnitId(unit) if unit else None,
        cameras=tuple(CameraId(camera) for camera in words.get("cameras", "").split()),
        x=per_cent(words.get("x", "")),
        y=per_cent(words.get("y", "")),
        zone=int(zone) if _ZONE.fullmatch(zone) else None,
    )


def per_cent(text: str) -> float | None:
    """Return a place on the plan, 0 to 100; a comma is taken for a point, as in much of Europe."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None
