"""Writes into the register which units hang in rooms; every other word of it stays."""

from collections.abc import Mapping
from pathlib import Path

from gateway.config.register import read_rooms
from service.files import write_whole
from service.settings import read_file
from wire.ids import RoomId, UnitId


def assign_units(path: Path, units: Mapping[RoomId, UnitId]) -> None:
    """Put each unit into the line of its room, which must be there; the file keeps its form.

    Raises OSError or SettingsError.
    """
    file = read_file(path)
    sheet, _ = read_rooms(file.text)
    lines = {
        row.line: {"unit": units[room]}
        for row in sheet.rows
        if (room := RoomId(row.cells.get("room", ""))) in units
    }
    text = sheet.with_cells(lines)
    write_whole(path, file.form.encode(text), mode=None)
