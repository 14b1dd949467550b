"""EIDO by a gateway as it runs, posted and subscribed to.  Real processes."""

import os
import signal
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.formats.eido import check
from tests.gateway.core import alert
from tests.gateway.eido_school import Psap, agency, answer, event, notifying, take, told
from tests.gateway.endpoint import status
from tests.gateway.school import Wall, running
from tests.waiting import patience, until


def test_a_press_is_a_valid_eido_with_the_room_in_it_and_a_2xx_is_the_receipt(
    tmp_path: Path,
) -> None:
    with agency(tmp_path) as lincoln, running(lincoln):
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: wall.stages(press) == ["RECEIVED", "DELIVERED"])
        (document,) = lincoln.endpoint.reports()
    check(document)
    (location,) = document["locationComponent"]
    texts = [part.text for part in ET.fromstring(location["locationByValue"]).iter()]
    assert {"100", "Lincoln School", "Main", "1"} <= set(texts)


def test_an_agency_that_comes_back_gets_what_it_missed_within_5_s(tmp_path: Path) -> None:
    with agency(tmp_path) as lincoln:
        lincoln.endpoint.manner = status(503, Retry_After="3600")
        with running(lincoln):
            wall, press = Wall(lincoln), alert("100")
            wall.press(press)
            until(lambda: len(lincoln.endpoint.bodies) >= 2, within=10)
            lincoln.endpoint.manner = take
            until(lambda: "DELIVERED" in wall.stages(press), within=5.5)


def test_a_subscriber_gets_the_press_and_its_answer_makes_the_lamp_solid(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        told = event(line)
        check(told["notification"][0])
        until(lambda: wall.stages(press) == ["RECEIVED"])
        answer(line, told)
        until(lambda: wall.stages(press) == ["RECEIVED", "DELIVERED"])


def test_an_event_without_an_answer_comes_again(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        first = event(line)
        began = time.monotonic()
        second = event(line)
        assert 3.5 < time.monotonic() - began < patience(5.0)
        assert second["notification"] == first["notification"]
        answer(line, second)
        until(lambda: "DELIVERED" in wall.stages(press))


def test_who_subscribes_late_or_after_the_gateways_death_is_told_all_that_is_open(
    tmp_path: Path,
) -> None:
    with notifying(tmp_path) as (lincoln, psap):
        wall, press = Wall(lincoln), alert("100")
        with running(lincoln) as gateway:
            wall.press(press)
            until(lambda: wall.stages(press) == ["RECEIVED"])
            until(lambda: "no agency has subscribed" in lincoln.log.read_text())
            with psap.subscribed() as line:
                first = told(line)
                answer(line, first)
                until(lambda: "DELIVERED" in wall.stages(press), within=6)
            gateway.kill()
            gateway.wait()
        with running(lincoln), psap.subscribed() as line:
            assert told(line)["notification"][0]["$id"] == first["notification"][0]["$id"]


def test_a_subscriber_that_floods_holds_up_no_alert(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        done = threading.Event()
        thread = threading.Thread(target=flood_with_requests, args=(psap, done), daemon=True)
        thread.start()
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        answer(line, event(line, within=1.0))
        until(lambda: "DELIVERED" in wall.stages(press), within=1.0)
        done.set()
        thread.join(10)


def test_strangers_that_fill_the_door_with_connections_hold_up_no_alert(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        strangers = [psap.stranger() for _ in range(180)]
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        answer(line, event(line, within=2.0))
        until(lambda: "DELIVERED" in wall.stages(press), within=2.0)
        for each in strangers:
            each.close()


def test_a_notifier_that_dies_is_started_again_with_all_that_is_open(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln) as gateway:
        wall, press = Wall(lincoln), alert("100")
        with psap.subscribed() as line:
            answer(line, event(line))
            wall.press(press)
            first = event(line)
            answer(line, first)
            until(lambda: "DELIVERED" in wall.stages(press))
            (notifier,) = children(gateway.pid)
            os.kill(notifier, signal.SIGKILL)
            with pytest.raises(ConnectionClosed):
                event(line)
        until(lambda: children(gateway.pid) not in ([], [notifier]))
        with psap.subscribed() as line:
            assert told(line)["notification"] == first["notification"]


def test_a_notifier_ends_with_its_gateway_however_that_ends(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln) as gateway:
        with psap.subscribed():
            (notifier,) = children(gateway.pid)
        gateway.kill()
        gateway.wait()
        until(lambda: not Path(f"/proc/{notifier}/cmdline").exists())


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    others = Path(f"/proc/{process}/task").glob("*/children")
    return sorted(
        {int(pid) for path in others for pid in path.read_text().split()} | set(map(int, found))
    )


def flood_with_requests(psap: Psap, done: threading.Event) -> None:
    """Send requests that nobody knows as fast as they are taken, and read every answer."""
    with psap.subscribed() as line:
        answer(line, event(line))
        while not done.is_set():
            for _ in range(50):
                line.send('{"requestAwareness":{"requestId":"1"}}')
            for _ in range(50):
                line.recv(timeout=patience(5))
