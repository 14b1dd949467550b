"""The register of rooms: what is wrong is told with its line, all at once."""

from pathlib import Path

import pytest

from gateway.register import load_register, read_register, with_cameras
from service.settings import SettingsError
from wire.ids import CameraId, RoomId, UnitId

HEAD = "room,name,building,floor,unit,cameras,x,y\n"


def test_a_room_is_found_by_its_unit_with_its_cameras() -> None:
    register, faults = read_register(
        HEAD + '204,"Room, 204",Main,2,lincoln-204,hall-1 hall-2,1,2\n'
    )
    entry = register.by_unit[UnitId("lincoln-204")]
    assert not faults
    assert (entry.room.name, entry.cameras, entry.x) == ("Room, 204", ("hall-1", "hall-2"), 1.0)


def test_every_fault_is_told_with_its_line() -> None:
    _, faults = read_register(
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
    assert read_register("raum,name\n")[1][0].line == 1


def test_a_camera_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    register, _ = read_register(HEAD + "204,,,,,hall-9,,\n")
    with pytest.raises(SettingsError, match="no \\[\\[camera\\]\\] hall-9"):
        with_cameras(register, {}, tmp_path / "rooms.csv")


def test_a_camera_may_name_its_rooms_itself(tmp_path: Path) -> None:
    register, _ = read_register(HEAD + "204,,,,,,,\n")
    found = with_cameras(register, {CameraId("hall-1"): [RoomId("204")]}, tmp_path)
    assert found.by_room[RoomId("204")].cameras == ("hall-1",)


def test_a_file_that_cannot_be_read_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_register(tmp_path / "nothing.csv")
