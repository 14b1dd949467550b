"""Writes into the register which unit hangs in a room; every other word of it stays."""

import csv
import io
from pathlib import Path

from gateway.register import HEADER
from service.files import write_whole
from wire.ids import RoomId, UnitId


def assign(path: Path, room: RoomId, unit: UnitId) -> None:
    """Put `unit` into the line of `room`, which must be there; raises OSError."""
    sheet = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    rows = list(sheet)
    for row in rows:
        if row["room"].strip() == room:
            row["unit"] = unit
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, sheet.fieldnames or HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue().encode(), path.stat().st_mode & 0o777)
