"""`tocsin-gateway units` and `troubles` say of each room what is known, and what to do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.broker import Broker
from service.threaded_link import ThreadedLink
from tests.fleet.known import beat
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import SITE, School, Wall, running, school
from tests.waiting import until
from wire.codec import encode
from wire.ids import Seconds, UnitId
from wire.topics import heartbeat_topic

ROOM, UNIT = "100", UnitId("lincoln-100")


pytestmark = pytest.mark.timeout(200)


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint, rooms=2) as found:
        yield found


def told_of(ours: School) -> Any:
    return json.loads(ours.call("units", "--json").stdout)


def room(ours: School) -> Any:
    return next(each for each in told_of(ours)["units"] if each["room"] == ROOM)


def doubts(ours: School) -> list[str]:
    """What keeps the unit's room from a yes, but for this machine's clock, which nobody sets."""
    told = told_of(ours)
    (unit,) = (each for each in told["units"] if each["room"] == ROOM)
    words = [reason["words"] for reason in (*told["gateway"]["why"], *unit["why"])]
    return [each for each in words if not each.startswith("clock: ")]


class Unit:
    """A unit that beats whenever it is asked to."""

    def __init__(self, ours: School) -> None:
        broker = Broker(url=f"mqtt://127.0.0.1:{ours.port}")
        self._link = ThreadedLink("unit", broker, UNIT, [], lambda _: None)
        self._link.start()
        self._uptime = 0.0

    def beats(self, *troubles: str) -> bool:
        """Beat once more; true."""
        self._uptime += 1.0
        said = replace(beat(*troubles, room=ROOM).said, unit=UNIT, uptime=Seconds(self._uptime))
        return self._link.publish(heartbeat_topic(SITE, UNIT), encode(said))

    def stop(self) -> None:
        self._link.stop()


def test_a_gateway_that_never_ran_has_no_units_to_tell_of(ours: School) -> None:
    told = ours.call("units")
    assert (told.returncode, told.stdout) == (1, "")
    assert "there is no database yet" in told.stderr


def test_a_room_is_a_yes_once_its_unit_is_heard_and_a_receiver_is_reached(ours: School) -> None:
    with running(ours):
        unit = Unit(ours)
        try:
            until(lambda: unit.beats() and room(ours)["heard"], within=20)
            until(lambda: unit.beats() and not doubts(ours), within=40)
            assert room(ours)["reach"] != "no"
            wall = Wall(ours)
            wall.press(alert(ROOM, unit=UNIT))
            proven = until(lambda: (found := room(ours))["proven_at"] and found, within=20)
            wall.stop()
            assert (proven["proven_by"], proven["pressed_at"][:4]) == ("county-911", "2026")
            until(lambda: unit.beats("stuck-button") and room(ours)["line"] != "ok", within=20)
            told = ours.call("units", "--wrong")
        finally:
            unit.stop()
        assert told.returncode == 1
        assert "stuck-button: The button has been held" in told.stdout
        assert "-> Go there: release the button" in told.stdout
        troubles = ours.call("troubles")
        assert troubles.returncode == 1
        assert "STANDS for" in troubles.stdout
        assert "units-in-trouble" in troubles.stdout
    dead = json.loads(ours.call("units", "--json").stdout)
    assert dead["rooms"] == {"no": 2, "unknown": 0, "yes": 0}
    assert "no sign of life" in dead["gateway"]["why"][0]["words"]
