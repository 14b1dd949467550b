"""Moves rooms and cameras on the plan.  The console reads and asks; the gateway writes.

A room's place is `x` and `y` in the register's file, of which all the rest is kept.  A camera's is
in `cameras-on-plan.csv` beside it (`camera,x,y`), which only the console reads: no alert needs it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.config.register import parse_register, read_rooms
from gateway.config.register_files import CAMERAS
from gateway.config.sheet import Row
from gateway.core.site import Place
from service.files import write_whole
from service.settings import SettingsError, read_file
from service.textfile import NoTextError, read_text_file
from wire.ids import CAMERA, CameraId, RoomId

_MODE: Final = 0o777
_CAMERAS_HEADER: Final = ("camera", "x", "y")


class PlanEditor:
    """The two files, of which `register` is the path of the first."""

    def __init__(self, register: Path) -> None:
        self._register = register
        self._cameras = register.with_name(CAMERAS)

    def cameras(self) -> dict[CameraId, Place]:
        """Return where cameras hang; none if nobody has placed any, or their file is spoilt."""
        try:
            return read_cameras(read_text_file(self._cameras).text)
        except (OSError, NoTextError):
            return {}

    def move(self, rooms: Mapping[RoomId, Place], cameras: Mapping[CameraId, Place]) -> None:
        """Write both files, each whole or not at all; raises OSError or SettingsError."""
        if rooms:
            self._write(self._register, self._moved(rooms))
        if cameras:
            text = write_cameras({**self.cameras(), **cameras})
            self._write(self._cameras, text.encode())

    def must_take(self, rooms: Mapping[RoomId, Place]) -> None:
        """Raise SettingsError if the register cannot be read, or would not be one any more."""
        if rooms:
            self._moved(rooms)

    def _moved(self, rooms: Mapping[RoomId, Place]) -> bytes:
        file = read_file(self._register)
        try:
            return file.form.encode(move(file.text, rooms))
        except ValueError as error:
            raise SettingsError(self._register, []) from error

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file that all who may read the register may read."""
        write_whole(path, content, self._register.stat().st_mode & _MODE)


def move(text: str, places: Mapping[RoomId, Place]) -> str:
    """Return the register `text` with rooms at other places; rooms that it does not know stay out.

    Raises ValueError if the result would be no register.
    """
    sheet, faults = read_rooms(text)
    if faults:
        raise ValueError(str(faults[0]))
    changes = {
        row.line: _cells_of(places[RoomId(row.cells.get("room", ""))], row)
        for row in sheet.rows
        if RoomId(row.cells.get("room", "")) in places
    }
    moved = sheet.with_cells(changes)
    if faults := parse_register(moved)[1]:
        raise ValueError(str(faults[0]))
    return moved


def _cells_of(place: Place, row: Row) -> Mapping[str, str]:
    cells = {"x": f"{place.x:.4g}", "y": f"{place.y:.4g}"}
    if any("," in row.cells.get(key, "") for key in cells):
        return {key: text.replace(".", ",") for key, text in cells.items()}
    return cells


def read_cameras(text: str) -> dict[CameraId, Place]:
    """Return what `text` says of cameras; rows that make no sense are left out."""
    found: dict[CameraId, Place] = {}
    for line in text.splitlines():
        camera, *at = line.split(",")
        try:
            x, y = map(float, at)
        except ValueError:
            continue
        if CAMERA.fullmatch(camera) and 0 <= x <= 100 and 0 <= y <= 100:
            found[CameraId(camera)] = Place(x, y)
    return found


def write_cameras(places: Mapping[CameraId, Place]) -> str:
    """Return the text from which `read_cameras` reads `places`."""
    rows = [f"{camera},{place.x:.4g},{place.y:.4g}" for camera, place in sorted(places.items())]
    return "\n".join([",".join(_CAMERAS_HEADER), *rows]) + "\n"
