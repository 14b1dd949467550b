"""A unit is written into the register, of which every other word stays."""

from pathlib import Path

import pytest

from gateway.trust.room_assignment import assign_units
from wire.ids import RoomId, UnitId

PLAIN = 'room,name,building,floor,unit,cameras,x,y\n204,"Lab, old",Main,2,,hall-2,10,20\n'
ZONED = PLAIN.replace(",y\n", ",y,zone\n").replace(",20\n", ",20,7\n")


@pytest.mark.parametrize("sheet", [PLAIN, ZONED])
def test_a_unit_is_written_into_its_room_with_or_without_zones(tmp_path: Path, sheet: str) -> None:
    (tmp_path / "rooms.csv").write_text(sheet)
    assign_units(tmp_path / "rooms.csv", {RoomId("204"): UnitId("lincoln-204")})
    assert (tmp_path / "rooms.csv").read_text() == sheet.replace(",2,,", ",2,lincoln-204,")
