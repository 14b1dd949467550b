"""`import-rooms`: shows what it changes, asks, and a running gateway has it within seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, Wall, running, school
from tests.waiting import until

LIST = "Raum;Bezeichnung;Gebäude;Etage\r\n100;Küche;Süd;1\r\n007;Lab;Main;3\r\n"


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint, rooms=3) as found:
        (tmp_path / "list.csv").write_bytes(LIST.encode("cp1252"))
        yield found


def test_it_is_written_only_after_a_yes_and_what_it_was_is_kept(lincoln: School) -> None:
    rooms = lincoln.folder / "rooms.csv"
    before = rooms.read_bytes()
    asked = lincoln.call("import-rooms", str(lincoln.folder / "list.csv"), typed="n\n")
    assert (asked.returncode, rooms.read_bytes()) == (1, before)
    assert '"Raum" is room' in asked.stdout
    for line in ("+ 007  Lab  Main  3", "~ 100  name: Room 100 → Küche", "= 101  stays, though"):
        assert line in asked.stdout
    done = lincoln.call("import-rooms", str(lincoln.folder / "list.csv"), typed="y\n")
    assert done.returncode == 0, done.stderr
    assert "007,Lab,Main,3,,,,\n" in rooms.read_text()
    assert (lincoln.folder / "rooms.csv.before-import").read_bytes() == before
    assert "0 added, 0 changed" in lincoln.call("import-rooms", str(rooms)).stdout


def test_a_list_with_a_fault_changes_nothing(lincoln: School) -> None:
    rooms, path = lincoln.folder / "rooms.csv", lincoln.folder / "list.csv"
    before = rooms.read_bytes()
    path.write_text("Raum,Name\n1E+02,Gym\n,Lab\n")
    refused = lincoln.call("import-rooms", str(path), "--yes")
    assert (refused.returncode, rooms.read_bytes()) == (78, before)
    assert "line 2: room: 1E+02" in refused.stderr
    assert "line 3: room: this row names no room" in refused.stderr


def test_a_running_gateway_has_it_within_seconds_and_reports_by_it(lincoln: School) -> None:
    new = lincoln.folder / "list.csv"
    new.write_text("room,name,unit\n100,Kitchen,\n900,Chapel,lincoln-101\n")
    with running(lincoln):
        assert lincoln.call("import-rooms", str(new), "--yes").returncode == 0
        wall = Wall(lincoln)
        until(lambda: "Chapel" in _pressed(lincoln, wall), within=20, every=0.5)
        wall.stop()
        assert "trouble settings" not in lincoln.log.read_text()


def _pressed(found: School, wall: Wall) -> list[str]:
    """Press once more, and return the rooms of all that was reported so far."""
    wall.press(alert("101"))
    last = found.endpoint.reports()[-1:]
    return [each["room"]["name"] for report in last for each in report["alerts"]]
