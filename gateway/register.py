"""The register: which rooms, units and cameras the school has.  It is the authority on where.

A CSV file with the header `room,name,building,floor,unit,cameras,x,y`; `cameras` is a list of
camera ids with spaces between, `x` and `y` place the room on the plan in per cent.  A last column
`zone` may say by which number, 1 to 999, an alarm centre knows the room.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from gateway.work import Room
from service.settings import Fault, SettingsError
from wire.clean import clean
from wire.ids import CAMERA, NAME, ROOM, CameraId, RoomId, UnitId

HEADER: Final = ("room", "name", "building", "floor", "unit", "cameras", "x", "y")
_WITH_ZONES: Final = (*HEADER, "zone")
# Three digits of a DC-09 event; 000 is the site as a whole.
_ZONE: Final = re.compile("0{0,2}[1-9][0-9]{0,2}", re.ASCII)
# A campus has hundreds of rooms; a file beyond this is not a register.
_LARGEST: Final = 4_000_000

Row = Mapping[str, str]


class Place(NamedTuple):
    """Where on a floor's plan, in per cent of its width and height."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register."""

    room: Room
    unit: UnitId | None
    cameras: tuple[CameraId, ...]
    x: float | None
    y: float | None
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The rooms by their id and by the unit on their wall; whoever is revoked counts no more."""

    by_room: Mapping[RoomId, Entry]
    by_unit: Mapping[UnitId, Entry]
    revoked: frozenset[UnitId] = frozenset()


def load_register(path: Path) -> Register:
    """Read the CSV file; raises SettingsError that names every fault with its line."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(path, [Fault(None, "", "is too large for a register of rooms")])
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(path, [Fault(None, "", f"cannot be read: {error}")]) from error
    register, faults = read_register(text)
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


def read_register(text: str) -> tuple[Register, list[Fault]]:
    """Read the CSV text; the register is whole only if no fault is returned."""
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="too many", restval="")
    if tuple(rows.fieldnames or ()) not in (HEADER, _WITH_ZONES):
        return Register({}, {}), [Fault(1, "", f"the first line must be {','.join(HEADER)}")]
    by_room: dict[RoomId, Entry] = {}
    by_unit: dict[UnitId, Entry] = {}
    faults: list[Fault] = []
    for row in rows:
        faults += [Fault(rows.line_num, *fault) for fault in _faults(row, by_room, by_unit)]
        entry = _entry(row)
        by_room[RoomId(entry.room.id)] = entry
        if entry.unit:
            by_unit[entry.unit] = entry
    return Register(by_room, by_unit), faults


def _faults(
    row: Row, by_room: Mapping[RoomId, Entry], by_unit: Mapping[UnitId, Entry]
) -> Iterator[tuple[str, str]]:
    if "too many" in row:
        yield "", "more columns than the first line; quote a text that holds a comma"
    yield from _room_faults(row["room"].strip(), by_room)
    yield from _unit_faults(row["unit"].strip(), by_unit)
    for camera in row["cameras"].split():
        if not CAMERA.fullmatch(camera):
            yield "cameras", f"{clean(camera)!r} is no camera id"
    yield from _zone_faults(row.get("zone", "").strip(), by_room)
    for key in ("x", "y"):
        if row[key].strip() and _per_cent(row[key]) is None:
            yield key, f"{clean(row[key])!r} is not a place on the plan, 0 to 100"


def _room_faults(room: str, known: Mapping[RoomId, Entry]) -> Iterator[tuple[str, str]]:
    if not ROOM.fullmatch(room):
        yield "room", f"{clean(room)!r} is no room id; letters, digits, blanks and ._- are"
    if RoomId(room) in known:
        yield "room", f"{clean(room)!r} stands there twice"


def _unit_faults(unit: str, known: Mapping[UnitId, Entry]) -> Iterator[tuple[str, str]]:
    if unit and not NAME.fullmatch(unit):
        yield "unit", f"{clean(unit)!r} is no unit name; use lower-case letters, digits and -"
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
    room = row["room"].strip()
    zone = row.get("zone", "").strip()
    return Entry(
        room=Room(room, row["name"].strip() or room, row["floor"].strip(), row["building"].strip()),
        unit=UnitId(row["unit"].strip()) if row["unit"].strip() else None,
        cameras=tuple(CameraId(camera) for camera in row["cameras"].split()),
        x=_per_cent(row["x"]),
        y=_per_cent(row["y"]),
        zone=int(zone) if _ZONE.fullmatch(zone) else None,
    )


def _per_cent(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None
