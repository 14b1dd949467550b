"""What a DC-09 receiver hears between alarms: link tests, troubles, tests.  Real processes."""

import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gateway.core.formats.dc09.frame import frame
from service.broker import Broker
from service.events import LinkUp
from service.threaded_link import ThreadedLink
from tests.gateway.arc import ScriptedArc, ack, reply
from tests.gateway.core import alert
from tests.gateway.dc09_receivers import deliver, garbled, hang, link_tests, told
from tests.gateway.dc09_school import centre
from tests.gateway.school import SITE, School, Wall, running
from tests.waiting import patience, until
from wire.codec import encode
from wire.ids import BootId, RoomId, Seconds, UnitId
from wire.messages import Heartbeat
from wire.topics import heartbeat_topic


def test_troubles_and_lost_units_are_told_between_reports_and_taken_back(tmp_path: Path) -> None:
    with ScriptedArc(ack) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        until(lambda: told(arc, b"|1381 00 001]"), within=40)
        assert told(arc, b"|1602 00 000]")
        beat(lincoln)
        until(lambda: told(arc, b"|3381 00 001]"), within=10)
        lincoln.call("test-receivers", "--by", "Ada")
        until(lambda: told(arc, b"|1601 00 000][Itest by Ada, Lincoln School]"), within=10)
    numbers = [body.split(b'"')[2][:4] for body in arc.events()]
    assert len(set(numbers)) == len(numbers)


def beat(lincoln: School) -> None:
    """The unit in room 100 gives a sign of life."""
    boot = BootId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")
    unit, room = UnitId("lincoln-100"), RoomId("100")
    heartbeat = Heartbeat(unit, room, boot, 0, Seconds(1.0), (), ())
    heard: SimpleQueue[Any] = SimpleQueue()
    link = ThreadedLink(
        "wall", Broker(url=f"mqtt://127.0.0.1:{lincoln.port}"), "beat", [], heard.put
    )
    link.start()
    until(lambda: isinstance(heard.get(timeout=patience(5)), LinkUp))
    assert link.publish(heartbeat_topic(SITE, unit), encode(heartbeat))
    until(lambda: "unit-lost" not in lincoln.call("status").stdout)
    link.stop()


def test_a_press_cuts_short_what_can_wait(tmp_path: Path) -> None:
    def hang_in_background(_: ScriptedArc, body: bytes) -> bytes | None:
        return reply("ACK", body) if b"|1122" in body else None

    with (
        ScriptedArc(hang_in_background) as arc,
        centre(tmp_path, arc.url) as lincoln,
        running(lincoln),
    ):
        until(lambda: arc.bodies)
        deliver(lincoln, within=1.0)


def test_the_line_is_tested_as_agreed_and_a_test_that_fails_is_a_trouble(tmp_path: Path) -> None:
    with (
        ScriptedArc(ack) as arc,
        centre(tmp_path, arc.url, supervise_seconds=5) as lincoln,
        running(lincoln),
    ):
        until(lambda: len(link_tests(arc)) == 1)
        began = time.monotonic()
        until(lambda: len(link_tests(arc)) == 2, within=8)
        assert 4 < time.monotonic() - began < patience(7)
        arc.manner = garbled
        until(lambda: "trouble receiver-line-arc" in lincoln.call("status").stdout, within=10)
        arc.manner = ack
        until(lambda: "trouble receiver-line-arc" not in lincoln.call("status").stdout, within=10)


def test_a_receiver_that_ignores_link_tests_hears_of_all_else_and_is_one_trouble(
    tmp_path: Path,
) -> None:
    def ignore_null(_: ScriptedArc, body: bytes) -> bytes:
        return b"" if b'NULL"' in body else reply("ACK", body)

    with ScriptedArc(ignore_null) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        until(lambda: told(arc, b"|1602 00 000]"), within=10)
        lincoln.call("test-receivers", "--by", "Ada")
        until(lambda: told(arc, b"|1601 00 000]"), within=15)
        until(lambda: "does not answer link tests" in lincoln.call("status").stdout, within=10)


@pytest.mark.parametrize("answer", [b'"NAK"', frame(b'"NAK"0000R0L0A0[]')])
def test_a_nak_to_a_link_test_is_a_sign_of_life(tmp_path: Path, answer: bytes) -> None:
    def refuse_null(_: ScriptedArc, body: bytes) -> bytes:
        return answer if b'NULL"' in body else reply("ACK", body)

    with ScriptedArc(refuse_null) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        until(lambda: link_tests(arc) and told(arc, b"|1602 00 000]"), within=5)
        assert "receiver-line-arc" not in lincoln.call("status").stdout


def test_supervision_by_events_sends_no_null(tmp_path: Path) -> None:
    with (
        ScriptedArc(ack) as arc,
        centre(tmp_path, arc.url, supervise="event", supervise_seconds=5) as lincoln,
        running(lincoln),
    ):
        until(lambda: sum(b"|1602 " in body for body in arc.events()) == 2, within=10)
        assert link_tests(arc) == []


def test_tests_and_troubles_wait_while_an_alarm_is_owed(tmp_path: Path) -> None:
    with (
        ScriptedArc(hang) as arc,
        centre(tmp_path, arc.url, supervise_seconds=5) as lincoln,
        running(lincoln),
    ):
        Wall(lincoln).press(alert("100"))
        until(lambda: len(arc.alarms()) >= 1)
        before = len(arc.bodies) - len(arc.alarms())
        until(lambda: len(arc.alarms()) >= 5, within=30)
        assert len(arc.bodies) - len(arc.alarms()) == before
