"""SIA DC-09 by a gateway as it runs: a receiver of others, and the fault rows.  Real processes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gateway.formats.dc09.frame import frame
from service.broker import Broker
from service.events import LinkUp
from service.link import Link
from tests.gateway.arc import ACCOUNT, Arc, Manner, Rude, ack, reply
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint, closed_port
from tests.gateway.school import SITE, School, Wall, running, school
from tests.waiting import until
from wire.codec import encode
from wire.ids import BootId, RoomId, Seconds, UnitId
from wire.messages import Heartbeat
from wire.topics import heartbeat_topic

KEY = "0123456789ABCDEF"


@contextmanager
def centre(folder: Path, url: str, **endpoint: Any) -> Iterator[School]:
    """A school whose one endpoint is an alarm-receiving centre."""
    with Endpoint() as unused, school(folder, unused) as found:
        (folder / "key").write_text(f"{KEY}\n")
        base = {"name": "arc", "kind": "sia-dc09", "url": url, "account": ACCOUNT}
        found.write({**found.settings(), "endpoint": [base | endpoint]})
        yield found


def deliver(lincoln: School, within: float = 5.0) -> Wall:
    """Press in room 100, and wait until the lamp would go solid."""
    wall, press = Wall(lincoln), alert("100")
    wall.press(press)
    until(lambda: "SENT" in wall.stages(press), within=within)
    return wall


@pytest.mark.parametrize("protocol", ["TCP", "UDP"])
@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("codes", ["ADM-CID", "SIA-DCS"])
def test_a_receiver_of_others_takes_a_press_and_its_ack_is_the_receipt(
    tmp_path: Path, protocol: str, key: str | None, codes: str
) -> None:
    keyed = {"key_file": "key", "key_format": "text"} if key else {}
    with (
        Arc(key, protocol) as arc,
        centre(tmp_path, arc.url, codes=codes, area=2, **keyed) as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)
        until(lambda: len(arc.alarms()) == 1)
    (event,) = arc.alarms()
    assert event.code == "HA"
    assert f'{codes}"' in str(event.full_message)
    assert "Lincoln School, Main, floor 1, Room 100, room 100" in str(event)


def test_a_key_in_hexadecimal_digits_is_the_same_key(tmp_path: Path) -> None:
    keyed = {"key_file": "hex", "key_format": "hex"}
    with Arc(KEY) as arc, centre(tmp_path, arc.url, **keyed) as lincoln:
        (tmp_path / "hex").write_text(KEY.encode().hex())
        with running(lincoln):
            deliver(lincoln)
            until(lambda: len(arc.alarms()) == 1)


def test_in_a_storm_each_room_is_an_event_with_a_number_of_its_own(tmp_path: Path) -> None:
    with Rude(ack) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        wall, presses = Wall(lincoln), [alert(str(room)) for room in range(100, 120)]
        for press in presses:
            wall.press(press)
        until(lambda: all("SENT" in wall.stages(press) for press in presses), within=10)
    zones = [body.split(b"]")[0][-3:] for body in arc.alarms()]
    numbers = [body.split(b'"')[2][:4] for body in arc.alarms()]
    assert sorted(zones) == [b"%03d" % zone for zone in range(1, 21)]
    assert len(set(numbers)) == 20


def test_a_nak_is_followed_with_the_receivers_time_and_the_same_number(tmp_path: Path) -> None:
    def nak_first(server: Rude, body: bytes) -> bytes:
        first = b"|1122" in body and len(server.alarms()) == 1
        return nak(server, body) if first else reply("ACK", body)

    with Rude(nak_first) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        deliver(lincoln)
        first, second = arc.alarms()
    assert first.split(b"]_")[0] == second.split(b"]_")[0]
    assert second.endswith(b",09-03-2026")


def test_a_closed_incident_is_restored_and_a_restart_tells_nothing_twice(tmp_path: Path) -> None:
    with Rude(ack) as arc, centre(tmp_path, arc.url) as lincoln:
        with running(lincoln):
            deliver(lincoln)
        with running(lincoln):
            incident = lincoln.call("status").stdout.split()[1]
            assert lincoln.call("close", incident, "--by", "Ada").returncode == 0
            until(lambda: len(arc.alarms()) == 2)
        panic, over = arc.alarms()
    assert b"|1122 00 001]" in panic
    assert b"|3122 00 001]" in over
    assert panic.split(b'"')[2][:4] < over.split(b'"')[2][:4]


def hang(_: Rude, _body: bytes) -> None:
    return None


def garbled(_: Rude, _body: bytes) -> bytes:
    return b"\n\r"


def stranger(_: Rude, _body: bytes) -> bytes:
    return frame(b'"ACK"0001R0L0#9999[]')


def nak(_: Rude, _body: bytes) -> bytes:
    return frame(b'"NAK"0000R0L0A0[]_14:05:09,09-03-2026')


def duh(_: Rude, body: bytes) -> bytes:
    return reply("DUH", body)


def flood(_: Rude, _body: bytes) -> bytes:
    return bytes(10_000_000)


def page(_: Rude, _body: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n<html>Guest Wi-Fi</html>"


@pytest.mark.parametrize(
    "manner",
    [
        pytest.param(duh, id="F23-DUH"),
        pytest.param(nak, id="F23-NAK"),
        pytest.param(hang, id="F24-hang"),
        pytest.param(flood, id="F24-flood"),
        pytest.param(garbled, id="F24-garbled"),
        pytest.param(page, id="F25-captive-portal"),
        pytest.param(stranger, id="F26-another-account"),
    ],
)
def test_a_receiver_that_misbehaves_is_passed_over_for_its_backup(
    tmp_path: Path, manner: Manner
) -> None:
    with Rude(manner) as bad, Rude(ack) as good:
        with centre(tmp_path, bad.url, backup_url=good.url) as lincoln, running(lincoln):
            deliver(lincoln)
        assert len(good.alarms()) == 1


def test_f23_a_receiver_that_is_away_is_passed_over_for_its_backup(tmp_path: Path) -> None:
    away = f"tcp://127.0.0.1:{closed_port()}"
    with (
        Rude(ack) as good,
        centre(tmp_path, away, backup_url=good.url) as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)


def test_f26_an_ack_of_somebody_without_the_key_is_no_receipt(tmp_path: Path) -> None:
    keyed = {"key_file": "key", "key_format": "text"}
    with (
        Rude(ack) as false,
        Arc(KEY) as good,
        centre(tmp_path, false.url, backup_url=good.url, **keyed) as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)
        until(lambda: len(good.alarms()) == 1)


def test_f28_an_ack_that_was_lost_is_asked_for_again_under_the_same_number(tmp_path: Path) -> None:
    def lose_first(server: Rude, body: bytes) -> bytes:
        return b"" if len(server.alarms()) == 1 and b"122 " in body else reply("ACK", body)

    with Rude(lose_first) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        deliver(lincoln)
        first, second = (body.split(b"]_")[0] for body in arc.alarms())
    assert first == second


def test_an_event_that_cannot_be_processed_is_not_argued_about(tmp_path: Path) -> None:
    with Rude(duh) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        Wall(lincoln).press(alert("100"))
        until(lambda: "cannot process this event (DUH)" in lincoln.call("status").stdout, 10)
        assert len(arc.alarms()) == 1


def test_troubles_and_lost_units_are_told_in_the_calm_and_taken_back(tmp_path: Path) -> None:
    with Rude(ack) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        until(lambda: told(arc, b"|1381 00 001]"), within=40)
        assert told(arc, b"|1602 00 000]")
        beat(lincoln)
        until(lambda: told(arc, b"|3381 00 001]"), within=10)
        lincoln.call("try-lines", "--by", "Ada")
        until(lambda: told(arc, b"|1601 00 000][Itest by Ada, Lincoln School]"), within=10)
    numbers = [body.split(b'"')[2][:4] for body in arc.events()]
    assert len(set(numbers)) == len(numbers)


def link_tests(arc: Rude) -> list[bytes]:
    return [body for body in list(arc.bodies) if b'NULL"' in body]


def told(arc: Rude, data: bytes) -> bool:
    return any(data in body for body in arc.events())


def beat(lincoln: School) -> None:
    """The unit in room 100 gives a sign of life."""
    boot = BootId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")
    unit, room = UnitId("lincoln-100"), RoomId("100")
    heartbeat = Heartbeat(unit, room, boot, 0, Seconds(1.0), (), ())
    heard: SimpleQueue[Any] = SimpleQueue()
    link = Link("wall", Broker(url=f"mqtt://127.0.0.1:{lincoln.port}"), "beat", [], heard.put)
    link.start()
    until(lambda: isinstance(heard.get(timeout=5), LinkUp))
    assert link.publish(heartbeat_topic(SITE, unit), encode(heartbeat))
    until(lambda: "unit-lost" not in lincoln.call("status").stdout)
    link.stop()


def test_a_press_cuts_short_what_can_wait(tmp_path: Path) -> None:
    def hang_in_calm(_: Rude, body: bytes) -> bytes | None:
        return reply("ACK", body) if b"|1122" in body else None

    with Rude(hang_in_calm) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        until(lambda: arc.bodies)
        deliver(lincoln, within=1.0)


def test_the_line_is_tested_as_agreed_and_a_test_that_fails_is_a_trouble(tmp_path: Path) -> None:
    with (
        Rude(ack) as arc,
        centre(tmp_path, arc.url, supervise_seconds=5) as lincoln,
        running(lincoln),
    ):
        until(lambda: len(link_tests(arc)) == 1)
        began = time.monotonic()
        until(lambda: len(link_tests(arc)) == 2, within=8)
        assert 4 < time.monotonic() - began < 7
        arc.manner = garbled
        until(lambda: "trouble path-arc" in lincoln.call("status").stdout, within=10)
        arc.manner = ack
        until(lambda: "trouble path-arc" not in lincoln.call("status").stdout, within=10)
