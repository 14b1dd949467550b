"""The register of rooms: what is wrong is told with its line, all at once."""

from pathlib import Path

import pytest

from gateway.config.register import load_register, parse_register, with_cameras
from gateway.trust.room_assignment import assign_units
from service.settings import SettingsError
from wire.ids import CameraId, RoomId, UnitId

HEAD = "room,name,building,floor,unit,cameras,x,y\n"


def test_a_room_is_found_by_its_unit_with_its_cameras() -> None:
    register, faults = parse_register(
        HEAD + '204,"Room, 204",Main,2,lincoln-204,hall-1 hall-2,1,2\n'
    )
    entry = register.by_unit[UnitId("lincoln-204")]
    assert not faults
    assert (entry.room.name, entry.cameras, entry.x) == ("Room, 204", ("hall-1", "hall-2"), 1.0)


def test_every_fault_is_told_with_its_line() -> None:
    _, faults = parse_register(
        HEAD + "204,,,,lincoln-204,,,\n204,,,,lincoln-204,Hall,,\n\x1b[2J,,,,UP,,300,\n"
    )
    assert [(fault.line, fault.where) for fault in faults] == [
        (3, "room"),
        (3, "unit"),
        (3, "cameras"),
        (4, "room"),
        (4, "unit"),
        (4, "x"),
    ]
    assert all(str(fault).isprintable() for fault in faults)


def test_another_header_is_refused() -> None:
    assert parse_register("raum,name\n")[1][0].line == 1


def test_a_camera_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    register, _ = parse_register(HEAD + "204,,,,,hall-9,,\n")
    with pytest.raises(SettingsError, match="no \\[\\[camera\\]\\] hall-9"):
        with_cameras(register, {}, tmp_path / "rooms.csv")


def test_a_camera_may_name_its_rooms_itself(tmp_path: Path) -> None:
    register, _ = parse_register(HEAD + "204,,,,,,,\n")
    found = with_cameras(register, {CameraId("hall-1"): [RoomId("204")]}, tmp_path)
    assert found.by_room[RoomId("204")].cameras == ("hall-1",)


def test_a_file_that_cannot_be_read_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_register(tmp_path / "nothing.csv")


SEMICOLONS = (
    "sep=;\r\nRoom;NAME;Building;Floor;Unit;Cameras;X;Y;;\r\n"
    ";;;;;;;;;\r\n204;Küche;;1;;;13,5;50;;\r\n"
)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_register_is_read_as_spreadsheets_write_it(
    tmp_path: Path, codec: str, separator: str
) -> None:
    text = SEMICOLONS.replace("13,5", "13.5" if separator == "," else "13,5")
    path = tmp_path / "rooms.csv"
    path.write_bytes(text.replace(";", separator).encode(codec))
    entry = load_register(path).by_room[RoomId("204")]
    assert (entry.room.name, entry.x, entry.y, entry.unit) == ("Küche", 13.5, 50.0, None)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_unit_is_written_into_a_register_in_the_form_that_it_had(
    tmp_path: Path, codec: str
) -> None:
    path = tmp_path / "rooms.csv"
    path.write_bytes(SEMICOLONS.encode(codec))
    assign_units(path, {RoomId("204"): UnitId("lincoln-204")})
    wanted = SEMICOLONS.replace("204;Küche;;1;;", "204;Küche;;1;lincoln-204;")
    assert path.read_bytes() == wanted.encode(codec)


def test_a_quotation_mark_that_is_never_closed_swallows_no_room() -> None:
    rows = '201,"Room 201,,,a-1,,,\n202,Room 202,,,a-2,,,\n203,"Room 203",,,a-3,,,\n'
    register, faults = parse_register(HEAD + rows)
    assert [fault.line for fault in faults] == [2]
    assert set(register.by_room) == {"202", "203"}


def test_columns_may_stand_in_another_order() -> None:
    register, faults = parse_register(
        "unit,room,y,x,floor,building,cameras,name\na-1,204,2,1,,,,\n"
    )
    assert not faults
    assert register.by_unit[UnitId("a-1")].x == 1.0
