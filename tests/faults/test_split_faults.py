"""F56: a person splits an incident while a part that should hear of it is not there."""

import signal
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.store.actions import ActionQueue, QueuedAction
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.waiting import until
from wire.ids import AlertId, IncidentId

KILL = signal.SIGKILL


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[School]:
    """Two gateways and two rooms."""
    found = School(tmp_path, gateways=2, rooms=("204", "205"))
    yield found
    found.close()


def places(school: School, number: int = 0) -> dict[str, str]:
    """In which incident the alert of each room is, by a gateway's disk."""
    with closing(sqlite3.connect(school.store(number), timeout=5)) as db:
        return dict(db.execute("SELECT room, incident FROM alert"))


def cards(school: School) -> dict[str, str]:
    """In which incident the police have the alert of each room."""
    with closing(sqlite3.connect(school.folder / "police.db", timeout=5)) as db:
        found = db.execute("SELECT json_extract(detail, '$.room'), incident FROM alert")
        return dict(found.fetchall())


def pressed(school: School) -> IncidentId:
    """Both rooms are pressed, in one incident that everybody knows; return it."""
    school.start()
    for room in school.rooms:
        school.press(room)
    until(lambda: len(places(school)) == 2, within=10)
    until(lambda: len(places(school, 1)) == 2, within=20)
    until(lambda: len(cards(school)) == 2, within=10)
    return IncidentId(places(school)["204"])


def split(school: School, incident: IncidentId) -> str:
    """A person puts room 205 into an incident of its own; return that once the disk has it."""
    with closing(sqlite3.connect(school.store(), timeout=5)) as db:
        found = db.execute("SELECT id FROM alert WHERE room = '205'").fetchall()
    to, seen = str(uuid.uuid4()), {AlertId(name): 1 for (name,) in found}
    deed = QueuedAction(incident, "split", "Ms Ito", seen=seen, detail=to)
    ActionQueue(school.store()).put([deed])
    until(lambda: places(school)["205"] == to, within=10)
    return to


def test_f56_a_receiver_that_was_away_shows_both_once_it_is_back(rooms: School) -> None:
    incident = pressed(rooms)
    rooms.signal("police", KILL)
    to = split(rooms, incident)
    rooms.start_police()
    began = time.monotonic()
    until(lambda: cards(rooms) == {"204": incident, "205": to}, within=20)
    keep("F56", "two cards once the receiver is back", time.monotonic() - began, 10)


def test_f56_a_second_gateway_that_missed_it_learns_of_it(rooms: School) -> None:
    incident = pressed(rooms)
    rooms.signal("gateway-1", KILL)
    to = split(rooms, incident)
    rooms.start_gateway(1)
    began = time.monotonic()
    until(lambda: places(rooms, 1)["205"] == to, within=40)
    keep("F56", "known to the second gateway", time.monotonic() - began, 20)
    assert cards(rooms) == {"204": incident, "205": to}


def test_f56_a_gateway_killed_between_its_disk_and_the_report_tells_it_after_its_start(
    rooms: School,
) -> None:
    incident = pressed(rooms)
    rooms.signal("gateway-1", KILL)
    rooms.signal("police", KILL)
    to = split(rooms, incident)
    rooms.signal("gateway-0", KILL)
    rooms.start_police()
    rooms.start_gateway()
    began = time.monotonic()
    until(lambda: cards(rooms) == {"204": incident, "205": to}, within=20)
    keep("F56", "two cards after its start", time.monotonic() - began, 10)


def test_f56_a_gateway_that_lost_its_store_hears_from_the_receiver_where_it_was_split(
    rooms: School,
) -> None:
    to = split(rooms, pressed(rooms))
    until(lambda: cards(rooms)["205"] == to, within=10)
    for gateway in ("gateway-0", "gateway-1"):
        rooms.signal(gateway, KILL)
    for file in rooms.store().parent.glob(f"{rooms.store().name}*"):
        file.unlink()
    rooms.start_gateway()
    began = time.monotonic()
    until(lambda: places(rooms).get("205") == to, within=30)
    keep("F56", "split again after its store was lost", time.monotonic() - began, 20)
    assert places(rooms)["204"] != to
    assert cards(rooms)["205"] == to
