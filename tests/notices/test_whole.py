"""A whole school: units, gateway, console, and people who are told of what happens there."""

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
import tomli_w

from simulator.broker import free_port
from simulator.process import end, start
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, Wall, running, school
from tests.notices.school import COMMAND, Mailbox, Receiver, person
from tests.waiting import patience, until
from wire.messages import Alert

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint, rooms=1) as found:
        yield found


def tell(lincoln: School, people: list[dict[str, Any]], **notices: Any) -> None:
    """Name people in the settings of a school, and give it a console."""
    (lincoln.folder / "people.toml").write_text(tomli_w.dumps({"person": people}))
    told = {"people": "people.toml", "path": "notices/notices.db", **notices}
    (lincoln.folder / "notices").mkdir()
    lincoln.write({**lincoln.settings(), "notices": told, "console": {"port": free_port()}})


@contextmanager
def process(lincoln: School, command: str) -> Iterator[subprocess.Popen[bytes]]:
    log = lincoln.folder / f"{command}.log"
    argv = [sys.executable, "-c", COMMAND, command, "--config", str(lincoln.config)]
    found = start(argv, log)
    try:
        until(lambda: "ready" in log.read_text() or found.poll() is not None, 30)
        assert found.poll() is None, log.read_text()
        yield found
    finally:
        end(found)


def take_by(link: str) -> int:
    """Press the button on the page of a notice."""
    at = re.match(r"https?://[^/]+", link)
    assert at
    headers = {"origin": at[0], "content-type": "application/json"}
    assert "I have it" in requests.get(link, timeout=patience(10)).text
    return requests.post(link, data="{}", headers=headers, timeout=patience(10)).status_code


def test_a_silent_unit_and_an_alarm_reach_a_person_until_they_have_taken_both(
    lincoln: School, mail: Mailbox, web: Receiver
) -> None:
    lee = person("Ms. Lee", mail.url("lee"), web.url, alarms=True)
    tell(lincoln, [lee], urgent_repeat_minutes=0.05, alarm_repeat_seconds=2)
    began = time.monotonic()
    with running(lincoln), process(lincoln, "notices"), process(lincoln, "console"):
        until(lambda: any("units-lost" in each for each in mail.subjects()), within=60)
        assert time.monotonic() - began <= patience(60)
        until(lambda: any("2nd notice" in each for each in web.titles()), within=20)
        told = lincoln.call("take-trouble", "units-lost", "--by", "Ms. Lee")
        assert told.returncode == 0, told.stderr
        wall, pressed = Wall(lincoln), time.monotonic()
        wall.press(alert("100"))
        until(lambda: any("ALARM in Room 100 (100)" in each for each in mail.subjects()), within=10)
        assert time.monotonic() - pressed <= patience(3)
        lost = sum("units-lost" in each for each in mail.subjects())
        alarm = next(n for n, each in enumerate(mail.subjects()) if "ALARM in" in each)
        link = re.search(r"I have it: (\S+)", mail.text(alarm))
        assert link
        assert take_by(link[1]) == 204
        until(lambda: "has-notice" in _events(lincoln), within=10)
        alarms = sum("ALARM in" in each for each in mail.subjects())
        assert lincoln.call("close", _incident(lincoln), "--by", "Ms. Lee").returncode == 0
        until(lambda: "over: the alarm" in mail.subjects()[-1], within=20)
    assert sum("ALARM in" in each for each in mail.subjects()) <= alarms + 1
    assert sum("units-lost" in each for each in mail.subjects()) <= lost + 1


def test_a_press_is_with_the_police_as_soon_while_every_carrier_hangs(
    lincoln: School, web: Receiver
) -> None:
    web.hangs = True
    people = [person(f"Person {n}", web.url, f"{web.url}/2", alarms=True) for n in range(5)]
    tell(lincoln, people, alarm_repeat_seconds=1)
    with running(lincoln), process(lincoln, "notices"):
        wall = Wall(lincoln)
        first = alert("100")
        wall.press(first)
        until(lambda: web.asked >= 10, within=20)  # each carrier holds its notice by now
        for _ in range(5):
            press, began = alert("100"), time.monotonic()
            wall.press(press)
            until(partial(_is_delivered, wall, press), within=2)
            assert time.monotonic() - began <= patience(2)


def _is_delivered(wall: Wall, press: Alert) -> bool:
    return "DELIVERED" in wall.stages(press)


def _events(lincoln: School) -> str:
    return "".join(each for (each,) in _rows(lincoln, "SELECT what FROM event"))


def _incident(lincoln: School) -> str:
    return str(_rows(lincoln, "SELECT id FROM incident WHERE status = 'active'")[0][0])


def _rows(lincoln: School, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(lincoln.folder / "tocsin.db", timeout=5)) as db:
        return db.execute(sql).fetchall()
