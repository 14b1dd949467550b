"""Moves rooms and cameras on the plan.

A room's place is `x` and `y` in the register's file, of which all the rest is kept.  A camera's is
in `cameras-on-plan.csv` beside it (`camera,x,y`), which only the console reads: no alert needs it.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.register import HEADER, Place, read_register
from service.files import write_whole
from service.settings import SettingsError
from wire.ids import CAMERA, CameraId, RoomId

_MODE: Final = 0o777
_CAMERAS: Final = "cameras-on-plan.csv"
_CAMERAS_HEADER: Final = ("camera", "x", "y")


class PlaceFiles:
    """The two files, of which `register` is the path of the first."""

    def __init__(self, register: Path) -> None:
        self._register = register
        self._cameras = register.with_name(_CAMERAS)

    def cameras(self) -> dict[CameraId, Place]:
        """Return where cameras hang; none if nobody has placed any, or their file is spoilt."""
        try:
            return read_cameras(self._cameras.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return {}

    def move(self, rooms: Mapping[RoomId, Place], cameras: Mapping[CameraId, Place]) -> None:
        """Write both files, each whole or not at all; raises OSError or SettingsError."""
        if rooms:
            try:
                moved = move(self._register.read_text(encoding="utf-8-sig"), rooms)
            except ValueError as error:
                raise SettingsError(self._register, []) from error
            self._write(self._register, moved)
        if cameras:
            self._write(self._cameras, write_cameras({**self.cameras(), **cameras}))

    def _write(self, path: Path, text: str) -> None:
        """Write a file that whoever may read the register may read."""
        write_whole(path, text.encode(), self._register.stat().st_mode & _MODE)


def move(text: str, places: Mapping[RoomId, Place]) -> str:
    """Return the register `text` with rooms at other places; rooms that it does not know stay out.

    Raises ValueError if the result would be no register.
    """
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or tuple(rows[0][: len(HEADER)]) != HEADER:
        raise ValueError("the register does not begin with its header")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n")
    for row in rows:
        place = places.get(RoomId(row[0].strip())) if len(row) >= len(HEADER) else None
        at = [f"{place.x:.4g}", f"{place.y:.4g}"] if place else row[6:8]
        writer.writerow([*row[:6], *at, *row[8:]])
    moved = out.getvalue()
    if faults := read_register(moved)[1]:
        raise ValueError(str(faults[0]))
    return moved


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
