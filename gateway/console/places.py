"""Moves rooms on the plan: writes `x` and `y` into the register's file, and keeps all the rest."""

import csv
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from gateway.register import HEADER, read_register
from service.settings import SettingsError
from wire.ids import RoomId

_MODE: Final = 0o777


class Place(NamedTuple):
    """Where on a plan, in per cent of its width and height."""

    x: float
    y: float


def move(text: str, places: Mapping[RoomId, Place]) -> str:
    """Return the register `text` with rooms at other places; rooms that it does not know stay out.

    Raises ValueError if the result would be no register.
    """
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or tuple(rows[0]) != HEADER:
        raise ValueError("the register does not begin with its header")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n")
    for row in rows:
        place = places.get(RoomId(row[0].strip())) if len(row) == len(HEADER) else None
        writer.writerow([*row[:6], f"{place.x:.4g}", f"{place.y:.4g}"] if place else row)
    moved = out.getvalue()
    if faults := read_register(moved)[1]:
        raise ValueError(str(faults[0]))
    return moved


def move_in_file(path: Path, places: Mapping[RoomId, Place]) -> None:
    """Do so in the file at `path`, whole or not at all; raises OSError or SettingsError."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        moved = move(text, places)
    except ValueError as error:
        raise SettingsError(path, []) from error
    file, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(file, "w", encoding="utf-8", newline="") as out:
            out.write(moved)
            out.flush()
            os.fchmod(out.fileno(), path.stat().st_mode & _MODE)
            os.fsync(out.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
