"""SIA DC-09 by a gateway as it runs, to a receiver of others.  Real processes."""

import time
from pathlib import Path

import pytest

from gateway.core.formats.dc09.frame import frame, read_stamp, write_stamp
from tests.gateway.arc import Arc, ScriptedArc, ack, reply
from tests.gateway.core import alert
from tests.gateway.dc09_receivers import deliver
from tests.gateway.dc09_school import KEY, centre
from tests.gateway.school import Wall, running
from tests.waiting import until
from wire.ids import Wall as WallTime


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
    with ScriptedArc(ack) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        wall, presses = Wall(lincoln), [alert(str(room)) for room in range(100, 120)]
        for press in presses:
            wall.press(press)
        until(lambda: all("DELIVERED" in wall.stages(press) for press in presses), within=10)
    zones = [body.split(b"]")[0][-3:] for body in arc.alarms()]
    numbers = [body.split(b'"')[2][:4] for body in arc.alarms()]
    assert sorted(zones) == [b"%03d" % zone for zone in range(1, 21)]
    assert len(set(numbers)) == 20


def test_a_nak_is_followed_with_the_receivers_time_and_the_same_number(tmp_path: Path) -> None:
    def nak_first(server: ScriptedArc, body: bytes) -> bytes:
        first = b"|1122" in body and len(server.alarms()) == 1
        return nak(server, body) if first else reply("ACK", body)

    def nak(_: ScriptedArc, _body: bytes) -> bytes:
        return frame(f'"NAK"0000R0L0A0[]{theirs}'.encode())

    theirs = write_stamp(WallTime(time.time() - 7200))

    with ScriptedArc(nak_first) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        deliver(lincoln)
        first, second = arc.alarms()
    assert first.split(b"]_")[0] == second.split(b"]_")[0]
    assert read_stamp(second) == pytest.approx(time.time() - 7200, abs=30)


def test_a_closed_incident_is_restored_and_a_restart_tells_nothing_twice(tmp_path: Path) -> None:
    with ScriptedArc(ack) as arc, centre(tmp_path, arc.url) as lincoln:
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


def test_without_a_receiver_number_an_ack_without_one_is_the_receipt(tmp_path: Path) -> None:
    with (
        ScriptedArc(ack) as arc,
        centre(tmp_path, arc.url, receiver="") as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)
        assert b"R0" not in arc.alarms()[0].split(b"[")[0]
