"""EIDO by a gateway as it runs, posted and subscribed to.  Real processes."""

import json
import os
import signal
import socket
import ssl
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from gateway.eido.notifier import SUBPROTOCOL
from simulator.broker import free_port
from tests.formats.eido import check
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint, Handler, status
from tests.gateway.school import School, Wall, running, school
from tests.service.brokers import new_authority
from tests.waiting import until

ISSUER = {
    "agency": "lincoln.example.k12.us",
    "element": "gw-01.lincoln.example.k12.us",
    "agency_types": ["police.local"],
}
PATH = "/IncidentData/ent"


def take(handler: Handler, body: bytes) -> None:
    """Take an EIDO if it is one."""
    check(json.loads(body))
    handler.answer(201, b"")


@contextmanager
def agency(folder: Path) -> Iterator[School]:
    """A school whose one endpoint takes EIDOs."""
    with Endpoint(take) as good, school(folder, good) as found:
        table = {"name": "psap", "kind": "eido", "url": good.url, **ISSUER}
        found.write({**found.settings(), "endpoint": [table]})
        yield found


def test_a_press_is_a_valid_eido_with_the_room_in_it_and_a_2xx_is_the_receipt(
    tmp_path: Path,
) -> None:
    with agency(tmp_path) as lincoln, running(lincoln):
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        until(lambda: wall.stages(press) == ["RECEIVED", "SENT"])
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
            until(lambda: "SENT" in wall.stages(press), within=5.5)


@contextmanager
def notifying(folder: Path) -> Iterator[tuple[School, "Psap"]]:
    """A school to whose gateway an agency may subscribe."""
    authority = new_authority()
    for name in ("gateway", "psap"):
        authority.sign(folder, name)
    port = free_port()
    files = {"ca": "ca.crt", "cert": "gateway.crt", "key": "gateway.key"}
    listen = f"wss://127.0.0.1:{port}{PATH}"
    with Endpoint(take) as unused, school(folder, unused) as found:
        table = {"name": "psap", "kind": "eido-notifier", "listen": listen, "agencies": ["psap"]}
        found.write({**found.settings(), "endpoint": [table | files | ISSUER]})
        yield found, Psap(folder, listen)


class Psap:
    """An agency's side."""

    def __init__(self, folder: Path, url: str) -> None:
        self._url = url
        self._tls = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        self._tls.load_cert_chain(folder / "psap.crt", folder / "psap.key")

    def _listens(self) -> bool:
        parts = urlsplit(self._url)
        with socket.socket() as probe:
            return probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0

    def stranger(self) -> socket.socket:
        """A connection that says nothing."""
        parts = urlsplit(self._url)
        line = socket.socket()
        line.settimeout(1)
        with suppress(OSError):
            line.connect((parts.hostname or "", parts.port or 0))
        return line

    @contextmanager
    def subscribed(self) -> Iterator[ClientConnection]:
        """A connection that has subscribed; its first event is still to come."""
        until(self._listens, within=10)
        with connect(self._url, ssl=self._tls, subprotocols=[SUBPROTOCOL], open_timeout=30) as line:
            ask = {"requestId": "1", "requestType": "EIDO", "requestSubType": "new"}
            line.send(json.dumps({"subscribe": ask}))
            assert json.loads(line.recv(timeout=5))["subscribeResponse"]["statusCode"] == 200
            yield line


def event(line: ClientConnection, within: float = 5.0) -> Any:
    return json.loads(line.recv(timeout=within))["event"]


def told(line: ClientConnection) -> Any:
    """The first event that tells of an incident; those that tell of none are answered."""
    while not (found := event(line))["notification"]:
        answer(line, found)
    return found


def answer(line: ClientConnection, to: Any) -> None:
    fields = {"transactionId": to["transactionId"], "statusCode": 200, "statusText": "OK"}
    line.send(json.dumps({"eventResponse": fields}))


def test_a_subscriber_gets_the_press_and_its_answer_makes_the_lamp_solid(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        told = event(line)
        check(told["notification"][0])
        until(lambda: wall.stages(press) == ["RECEIVED"])
        answer(line, told)
        until(lambda: wall.stages(press) == ["RECEIVED", "SENT"])


def test_an_event_without_an_answer_comes_again(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        first = event(line)
        began = time.monotonic()
        second = event(line)
        assert 3.5 < time.monotonic() - began < 5.0
        assert second["notification"] == first["notification"]
        answer(line, second)
        until(lambda: "SENT" in wall.stages(press))


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
                until(lambda: "SENT" in wall.stages(press), within=6)
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
        until(lambda: "SENT" in wall.stages(press), within=1.0)
        done.set()
        thread.join(10)


def test_strangers_that_fill_the_door_with_connections_hold_up_no_alert(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:
        answer(line, event(line))
        strangers = [psap.stranger() for _ in range(180)]
        wall, press = Wall(lincoln), alert("100")
        wall.press(press)
        answer(line, event(line, within=2.0))
        until(lambda: "SENT" in wall.stages(press), within=2.0)
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
            until(lambda: "SENT" in wall.stages(press))
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
                line.recv(timeout=5)
