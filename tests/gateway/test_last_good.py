"""A fault that somebody saves costs no alarm, also not after a restart: what was good is used."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config.last_good import LastGood
from gateway.config.losses import losses
from gateway.config.register import read_rooms
from service.filestamp import stamps_of
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, Wall, running, school
from tests.waiting import until
from wire.ids import UnitId

HEAD = "room,name,building,floor,unit,cameras,x,y\n"
ROOMS = "201,,,,a-201,,,\n202,,,,a-202,,,\n203,,,,,,,\n"


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found:
        yield found


def run_once(found: School) -> None:
    """Let the gateway run until it has kept what is good."""
    kept = LastGood(found.folder / "tocsin.db")
    with running(found):
        until(lambda: kept.settings.exists() and kept.register.exists(), within=10)


def spoil(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


SPOILT = [
    ("gateway.toml", '"county-911"', "“county-911”", "typographic quotation marks"),
    ("gateway.toml", "[site]", "[sites]", "site: is missing"),
    ("gateway.toml", 'id = "lincoln"', 'id = "Lincoln"', "site.id: give 3 to 32"),
    ("rooms.csv", "101,Room", '101,"Room', "line 3: a quotation mark is not closed"),
    ("rooms.csv", "room,name", "rom,name", 'did you mean "room"?'),
]


@pytest.mark.parametrize(("name", "old", "new", "words"), SPOILT)
def test_a_gateway_starts_on_what_last_was_good_and_says_so(
    lincoln: School, name: str, old: str, new: str, words: str
) -> None:
    run_once(lincoln)
    spoil(lincoln.folder / name, old, new)
    with running(lincoln):
        wall, press = Wall(lincoln), alert("101")
        wall.press(press)
        until(lambda: "DELIVERED" in wall.stages(press), within=10)
        assert lincoln.endpoint.reports()[-1]["alerts"][0]["room"]["name"] == "Room 101"
        until(lambda: "trouble settings: " in lincoln.log.read_text(), within=10)
    assert words in lincoln.log.read_text()


def test_a_gateway_that_never_had_good_ones_refuses(lincoln: School) -> None:
    spoil(lincoln.folder / "rooms.csv", "101,Room", '101,"Room')
    refused = lincoln.call("run")
    assert refused.returncode == 78
    assert "line 3: a quotation mark is not closed" in refused.stderr


def test_rooms_that_are_gone_are_refused_until_somebody_says_that_it_is_meant(
    lincoln: School,
) -> None:
    run_once(lincoln)
    spoil(lincoln.folder / "rooms.csv", "101,Room 101,Main,1,lincoln-101,,,\n", "")
    words = "line 2: room: 101 and its unit lincoln-101 stood behind this line and is gone"
    refused = lincoln.call("check")
    assert (refused.returncode, words in refused.stderr) == (78, True)
    with running(lincoln):
        until(lambda: "trouble settings: " in lincoln.log.read_text())
        assert lincoln.call("check", "--accept").returncode == 0
        until(lambda: "trouble settings is over" in lincoln.log.read_text())


def test_settings_that_count_after_a_restart_only_are_named_while_they_wait(
    lincoln: School,
) -> None:
    with running(lincoln):
        lincoln.write(lincoln.settings() | {"incidents": {"merge_minutes": 60}})
        until(lambda: _pending(lincoln), within=45, every=0.2)
    (detail,) = _pending(lincoln)
    assert detail == "changed and not yet in use: incidents"


def _pending(found: School) -> list[str]:
    with sqlite3.connect(found.folder / "tocsin.db") as db:
        asked = "SELECT detail FROM trouble WHERE name = 'settings-pending' AND ended IS NULL"
        return [detail for (detail,) in db.execute(asked)]


def told(before: str, now: str, *revoked: str) -> list[str]:
    old, new = (read_rooms(HEAD + text)[0] for text in (before, now))
    return [str(each) for each in losses(old, new, [UnitId(unit) for unit in revoked])]


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        (ROOMS, 0),
        (ROOMS + "204,,,,a-204,,,\n", 0),
        (ROOMS.replace("202,,,,a-202", "202,,,,a-202-2"), 0),
        (ROOMS.replace("201,,,,a-201", "211,,,,a-201"), 0),
        (ROOMS.replace("201,,,,a-201", "201,,,,"), 1),
        (ROOMS.replace("201,,,,a-201,,,\n", ""), 1),
        (ROOMS.replace("203,,,,,,,\n", ""), 1),
        ("", 3),
    ],
)
def test_what_a_register_loses_is_told(now: str, lost: int) -> None:
    assert len(told(ROOMS, now)) == lost


def test_a_unit_that_is_revoked_may_go() -> None:
    assert told(ROOMS, ROOMS.replace("201,,,,a-201,,,\n", ""), "a-201") == []


def test_hundreds_of_lost_rooms_are_told_by_the_first() -> None:
    many = "".join(f"{n},,,,a-{n},,,\n" for n in range(100, 300))
    assert len(told(many, "")) == 21


def test_a_register_put_there_after_the_last_look_is_not_kept_as_good(tmp_path: Path) -> None:
    settings, rooms = tmp_path / "gateway.toml", tmp_path / "rooms.csv"
    settings.write_text("judged")
    rooms.write_text("judged")
    kept = LastGood(tmp_path / "tocsin.db")
    judged = stamps_of((settings, rooms))
    rooms.write_text("lost half of its rooms")
    kept.keep(settings, rooms, judged)
    assert kept.read_register() is None
    kept.keep(settings, rooms, stamps_of((settings, rooms)))
    assert kept.read_register() == "lost half of its rooms"
