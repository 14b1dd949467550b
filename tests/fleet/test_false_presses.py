"""Presses by mistake are counted for each room, by what people said who closed the incidents."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.app.fleet_csv import units_as_csv
from gateway.core.effects import SaveAlert, SaveIncident
from gateway.core.supervision.false_presses import FalseCount, FalsePresses, per_thousand_days
from gateway.core.values import Room
from gateway.fleet.room import Books
from gateway.fleet.told import tell_units
from gateway.store.false_presses import count_false
from gateway.store.read_only import open_read_only
from tests.fleet.known import WALL, fleet, standing
from tests.gateway.stored import Disk, alert
from tests.waiting import patience
from wire.ids import IncidentId, RoomId, Wall

LONG_AGO = Wall(0.0)
LAB, GYM = Room("204", "Room 204", "2", "Main"), Room("205", "Room 205", "2", "Main")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    found = Disk(tmp_path)
    yield found
    found.store.stop(patience(5))


def incident(name: str, was: str, status: str = "closed", at: float = 100.0) -> SaveIncident:
    return SaveIncident(IncidentId(name), Wall(at), 1, status, disposition=was)


def pressed(name: str, of: str, presses: int = 1, room: Room = LAB) -> SaveAlert:
    return alert(name, presses)._replace(incident=IncidentId(of), room=room)


def counted(disk: Disk, after: Wall = LONG_AGO) -> FalseCount:
    with closing(open_read_only(disk.path)) as db:
        return count_false(db, after)


def test_only_what_a_person_closed_as_false_counts_and_each_press_of_it(disk: Disk) -> None:
    for name, was, presses in (("i-1", "false", 3), ("i-2", "real", 1), ("i-3", "false", 1)):
        disk.keep(incident(name, was), pressed(f"a-{name}", name, presses))
    disk.keep(incident("i-4", "", "active"), pressed("a-4", "i-4", room=GYM))
    assert counted(disk).rooms == {RoomId("204"): FalsePresses(presses=4, alarms=2)}


def test_a_press_after_the_end_counts_as_what_its_own_incident_was(disk: Disk) -> None:
    disk.keep(incident("i-1", "false"), pressed("a", "i-1", presses=2))
    disk.keep(incident("i-2", "real"), pressed("a", "i-2", presses=5))
    assert counted(disk).rooms == {RoomId("204"): FalsePresses(presses=2, alarms=1)}


def test_it_is_counted_since_the_books_begin_and_a_year_at_most(disk: Disk) -> None:
    assert counted(disk).since is None
    disk.keep(incident("i-1", "false", at=100.0), pressed("a", "i-1"))
    assert counted(disk).since == 100.0
    later = counted(disk, after=Wall(500.0))
    assert (later.since, later.rooms) == (500.0, {})


def test_units_tell_the_rate_of_a_room_as_json_and_as_csv() -> None:
    day = 86_400.0
    count = FalseCount(Wall(WALL - 200 * day), {RoomId("204"): FalsePresses(3, 2)})
    told = tell_units(fleet(standing(), books=Books({}, count)), WALL)
    rooms = {each["room"]: each for each in told["units"]}
    assert (rooms["204"]["false_per_1000_days"], rooms["204"]["unit_days"]) == (15.0, 200.0)
    assert rooms["205"]["false_per_1000_days"] is None, "a room without a unit"
    rows = {each["room"]: each for each in csv.DictReader(io.StringIO(units_as_csv(told)[1:]))}
    assert rows["204"]["false_presses"] == "3"
    assert "no unit is in the register" in rows["205"]["reasons"]


def test_no_rate_is_told_before_a_whole_day() -> None:
    assert per_thousand_days(1, 0.9) is None
    assert per_thousand_days(1, 1.0) == 1000.0
