"""A walk test of a real gateway: nothing of it goes out, a hold does, and nobody forgets it."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.rehearsing import let_go
from tests.gateway.school import School, Wall, running, school
from tests.waiting import patience, until
from wire.messages import Alert


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as found:
        yield found


@pytest.fixture
def lincoln(tmp_path: Path, endpoint: Endpoint) -> Iterator[School]:
    with school(tmp_path, endpoint, rooms=3) as found:
        yield found


def start(lincoln: School, *names: str) -> None:
    done = lincoln.call("walk-test", "start", *names, "--by", "Ms Frost")
    assert done.returncode == 0, done.stderr
    until(lambda: "walk-test" in lincoln.call("status", "--json").stdout)


def press(wall: Wall, room: str) -> Alert:
    pressed = alert(room)
    wall.press(pressed)
    wall.press(let_go(pressed))
    return pressed


def test_a_walk_test_ticks_rooms_off_goes_on_after_a_crash_and_a_hold_is_real(
    lincoln: School, endpoint: Endpoint
) -> None:
    with running(lincoln) as gateway:
        wall = Wall(lincoln)
        start(lincoln)
        first = press(wall, "100")
        until(lambda: wall.stages(first)[-1:] == ["CLOSED"], 20)
        assert {news.mode for news in wall.heard if news.stage.name == "RECEIVED"} == {"test"}
        gateway.kill()
        gateway.wait(timeout=patience(5))
    with running(lincoln):
        second = press(wall, "101")
        until(lambda: wall.stages(second)[-1:] == ["CLOSED"], 20)
        assert endpoint.reports() == []
        held = alert("102")
        wall.press(held)
        wall.press(let_go(held, held=3.0, age=3.0))
        until(endpoint.reports)
        assert [each["room"]["id"] for each in told(endpoint)["alerts"]] == ["102"]
        assert told(endpoint)["mode"] == "live"
        until(lambda: lincoln.call("walk-test", "status").returncode == 0)
        fresh = alert("100")
        wall.press(fresh)
        until(lambda: "DELIVERED" in wall.stages(fresh))
        page = lincoln.call("walk-test", "record").stdout
        rows = list(
            csv.DictReader(io.StringIO(lincoln.call("walk-test", "record", "--csv").stdout))
        )
    wall.stop()
    states = {row["unit"]: row["state"] for row in rows}
    assert states == {
        "lincoln-100": "answered",
        "lincoln-101": "answered",
        "lincoln-102": "was real",
    }
    assert all(float(row["s_pressed_to_received"]) < 5 for row in rows)
    assert "by a real alarm" in page


def told(endpoint: Endpoint) -> Any:
    return endpoint.reports()[-1]


def test_a_walk_test_is_refused_in_words_where_it_cannot_be(lincoln: School) -> None:
    with running(lincoln):
        wall = Wall(lincoln)
        unknown = lincoln.call("walk-test", "start", "999", "--by", "Ms Frost")
        assert (unknown.returncode, "999" in unknown.stderr) == (1, True)
        long = lincoln.call("walk-test", "start", "--minutes", "16", "--by", "Ms Frost")
        assert "15 minutes at most" in long.stderr
        assert "--by" in lincoln.call("walk-test", "start").stderr
        wall.press(alert("100"))
        until(lambda: lincoln.call("status", "--json").stdout.count('"open": true') == 1)
        refused = lincoln.call("walk-test", "start", "--by", "Ms Frost")
        assert "close it first" in refused.stderr
        wall.stop()
