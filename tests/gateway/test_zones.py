"""Zones: the centre has the table on paper, so no number ever changes its room."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.register import parse_register
from gateway.config.zones import SITE, Zones, allot
from gateway.core.site import Register
from service.settings import SettingsError
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import school
from wire.ids import RoomId

HEAD = "room,name,building,floor,unit,cameras,x,y,zone\n"


def register(*rooms: str) -> Register:
    """`room` or `room=zone`."""
    lines = [f"{room.partition('=')[0]},,,,,,,,{room.partition('=')[2]}\n" for room in rooms]
    found, faults = parse_register(HEAD + "".join(lines))
    assert not faults
    return found


def test_rooms_get_free_numbers_beside_those_that_the_register_says() -> None:
    given_, faults = allot(register("204=1", "205", "206=002", "207"), {})
    assert (given_, faults) == ({"204": 1, "206": 2, "205": 3, "207": 4}, [])


@given(st.lists(st.sets(st.sampled_from("abcdefghij")), max_size=8))
def test_no_room_is_ever_renumbered_and_no_number_ever_goes_to_another_room(
    times: list[set[str]],
) -> None:
    known: dict[RoomId, int] = {}
    for rooms in times:
        found, faults = allot(register(*sorted(rooms)), known)
        assert not faults
        assert {room: found[room] for room in known} == known
        assert len(set(found.values())) == len(found)
        known = dict(found)


def test_the_number_of_a_room_that_is_gone_is_refused_to_another() -> None:
    _, faults = allot(register("205=1"), {RoomId("204"): 1})
    assert "given to room 204 before" in str(faults[0])


def test_a_thousandth_room_has_no_zone_of_its_own_and_stops_nothing(tmp_path: Path) -> None:
    zones = Zones(tmp_path / "zones", tmp_path / "rooms.csv")
    zones.take(register(*map(str, range(1000))))
    assert (zones.of("998"), zones.of("999")) == (999, SITE)


@pytest.mark.parametrize("zone", ["0", "1000", "x", "-1"])
def test_what_is_no_zone_is_told_with_its_line(zone: str) -> None:
    (fault,) = parse_register(f"{HEAD}204,,,,,,,,{zone}\n")[1]
    assert (fault.line, fault.where) == (2, "zone")


def test_two_rooms_with_one_zone_are_a_fault() -> None:
    (fault,) = parse_register(f"{HEAD}204,,,,,,,,7\n205,,,,,,,,007\n")[1]
    assert (fault.line, fault.where) == (3, "zone")


def test_numbers_survive_a_restart_and_an_unknown_room_is_the_site(tmp_path: Path) -> None:
    Zones(tmp_path / "zones", tmp_path / "rooms.csv").take(register("b"))
    again = Zones(tmp_path / "zones", tmp_path / "rooms.csv")
    again.take(register("a", "b"))
    assert (again.of("b"), again.of("a"), again.of("nowhere")) == (1, 2, SITE)


def test_a_table_that_cannot_be_read_is_not_made_up_anew(tmp_path: Path) -> None:
    (tmp_path / "zones").write_text("{")
    zones = Zones(tmp_path / "zones", tmp_path / "rooms.csv")
    zones.take(register("a", "b=7"))
    assert (zones.of("a"), zones.of("b")) == (SITE, 7)
    assert (tmp_path / "zones").read_text() == "{"


def test_what_was_given_to_another_room_is_a_fault_of_the_register(tmp_path: Path) -> None:
    Zones(tmp_path / "zones", tmp_path / "rooms.csv").take(register("a"))
    with pytest.raises(SettingsError, match="given to room a before"):
        Zones(tmp_path / "zones", tmp_path / "rooms.csv").take(register("a", "b=1"))


def test_the_table_is_printed_for_the_centre(tmp_path: Path) -> None:
    with Endpoint() as endpoint, school(tmp_path, endpoint, rooms=2) as lincoln:
        printed = lincoln.call("zones").stdout.splitlines()
        assert [line.split() for line in printed] == [
            ["zone", "room", "name", "building", "floor"],
            ["001", "100", "Room", "100", "Main", "1"],
            ["002", "101", "Room", "101", "Main", "1"],
        ]
        assert lincoln.call("zones", "--csv").stdout.splitlines()[1] == "001,100,Room 100,Main,1"
