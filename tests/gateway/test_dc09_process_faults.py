"""DC-09 receivers that are away, misbehave or lose an ACK.  Real processes."""

import threading
from pathlib import Path

import pytest

from tests.gateway.arc import Arc, Manner, ScriptedArc, ack, reply
from tests.gateway.core import alert
from tests.gateway.dc09_receivers import deliver, duh, flood, garbled, hang, nak, page, stranger
from tests.gateway.dc09_school import KEY, centre
from tests.gateway.endpoint import closed_port
from tests.gateway.school import Wall, running
from tests.waiting import until


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
    with ScriptedArc(manner) as bad, ScriptedArc(ack) as good:
        with centre(tmp_path, bad.url, backup_url=good.url) as lincoln, running(lincoln):
            deliver(lincoln)
        assert len(good.alarms()) == 1


def test_f23_a_receiver_that_is_away_is_passed_over_for_its_backup(tmp_path: Path) -> None:
    away = f"tcp://127.0.0.1:{closed_port()}"
    with (
        ScriptedArc(ack) as good,
        centre(tmp_path, away, backup_url=good.url) as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)


def test_f26_an_ack_of_somebody_without_the_key_is_no_receipt(tmp_path: Path) -> None:
    keyed = {"key_file": "key", "key_format": "text"}
    with (
        ScriptedArc(ack) as false,
        Arc(KEY) as good,
        centre(tmp_path, false.url, backup_url=good.url, **keyed) as lincoln,
        running(lincoln),
    ):
        deliver(lincoln)
        until(lambda: len(good.alarms()) == 1)


def test_f28_an_ack_that_was_lost_is_asked_for_again_under_the_same_number(tmp_path: Path) -> None:
    def lose_first(server: ScriptedArc, body: bytes) -> bytes:
        return b"" if len(server.alarms()) == 1 and b"122 " in body else reply("ACK", body)

    with ScriptedArc(lose_first) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        deliver(lincoln)
        first, second = (body.split(b"]_")[0] for body in arc.alarms())
    assert first == second


def test_an_event_that_cannot_be_processed_is_not_argued_about(tmp_path: Path) -> None:
    with ScriptedArc(duh) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        Wall(lincoln).press(alert("100"))
        until(lambda: "cannot process this event (DUH)" in lincoln.call("status").stdout, 10)
        assert len(arc.alarms()) == 1


def test_a_receiver_that_takes_one_event_at_a_time_gets_one_at_a_time(tmp_path: Path) -> None:
    busy = threading.Lock()

    def one_at_a_time(arc: ScriptedArc, body: bytes) -> bytes | None:
        if not busy.acquire(blocking=False):
            return reply("DUH", body)
        arc.done.wait(0.01)
        busy.release()
        return reply("ACK", body)

    with ScriptedArc(one_at_a_time) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        wall, presses = Wall(lincoln), [alert(str(room)) for room in range(100, 120)]
        for press in presses:
            wall.press(press)
        until(lambda: all("DELIVERED" in wall.stages(press) for press in presses), within=10)
