"""The real loop on gpiozero's mock pins: from the wire to the first publish and to the lamp."""

import logging
import threading
import time
from pathlib import Path
from statistics import quantiles

import pytest

from device.clock import monotonic
from service.events import CallbackFailed, LinkDown, LinkUp, MessageReceived, NoSubscribers
from service.sealed import seals_by, signer_with
from tests.device.fakes import Bench
from tests.service.brokers import new_authority
from tests.waiting import patience, until
from wire.codec import encode
from wire.ids import AlertId
from wire.messages import Progress
from wire.stage import Answer, Stage


def press(bench: Bench, seconds: float = 0.06) -> None:
    bench.wire.drive_low()
    threading.Event().wait(seconds)
    bench.wire.drive_high()


@pytest.mark.alone
def test_the_first_publish_comes_within_5_ms_of_the_acceptance() -> None:
    delays = []
    with Bench() as bench:
        for _ in range(20):
            bench.gateway.alerts.clear()
            edge = time.monotonic()
            press(bench, 0.04)
            at, _ = until(lambda: bench.gateway.alerts)[0]
            delays.append(at - edge - 0.020)
            bench.gateway.answer(Stage.CLOSED, presses=1)
            until(lambda: not bench.journal.rows)
            threading.Event().wait(0.16)
    cut = quantiles(delays, n=100)
    print(f"acceptance to first publish: p50 {cut[49] * 1e3:.2f} ms, p99 {cut[98] * 1e3:.2f} ms")
    assert cut[49] < patience(0.005)


def test_a_dead_disk_does_not_hold_up_the_first_publish() -> None:
    with Bench(dead_disk=True) as bench:
        edge = time.monotonic()
        press(bench)
        at, _ = until(lambda: bench.gateway.alerts)[0]
        assert at - edge < patience(0.150)
        until(lambda: bench.gateway.beats and "journal" in bench.gateway.beats[-1].troubles)


def test_the_lamp_follows_the_alert() -> None:
    with Bench() as bench:
        press(bench)
        until(lambda: bench.gateway.alerts)
        bench.gateway.answer(Stage.DELIVERED)
        until(lambda: bench.lamp.state)
        steps = len(bench.lamp.states)
        threading.Event().wait(0.5)
        assert (bench.lamp.state, len(bench.lamp.states) - steps) in ((True, 0), (True, 2))
        bench.gateway.answer(Stage.CLOSED)
        until(lambda: not bench.lamp.state)


def test_a_silent_unit_stays_dark_and_quiet() -> None:
    with Bench(silent=True, buzzer={"pin": 22}) as bench:
        press(bench)
        until(lambda: bench.gateway.alerts)
        bench.gateway.answer(Stage.DELIVERED)
        threading.Event().wait(0.3)
        buzzer = bench.factory.pin(22)
        assert [step.state for step in (*bench.lamp.states, *buzzer.states)] == [False, False]


def test_a_repeat_comes_after_a_second_and_at_once_when_a_link_comes_up() -> None:
    with Bench() as bench:
        press(bench)
        until(lambda: len(bench.gateway.alerts) == 1)
        bench.inbox.put(LinkUp("gateway-1"))
        until(lambda: len(bench.gateway.alerts) == 2, within=0.5)
        until(lambda: len(bench.gateway.alerts) == 3, within=1.5)
        assert len(bench.gateway.ids()) == 1


def test_news_that_cannot_be_read_is_named_once_and_hurts_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Bench() as bench:
        for _ in range(100):
            news = MessageReceived("gateway-1", "progress", b"\xff\x1b[2J", monotonic(), False)
            bench.inbox.put(news)
        press(bench)
        until(lambda: bench.gateway.alerts)
    assert caplog.text.count("unreadable message") == 1


def test_retained_news_is_left_alone() -> None:
    with Bench() as bench:
        press(bench)
        until(lambda: bench.journal.rows)
        payload = b'{"v":1,"type":"progress","alert":"%s","stage":"DELIVERED","presses":1}'
        (alert,) = bench.gateway.ids()
        news = payload % alert.encode()
        bench.inbox.put(MessageReceived("gateway-1", "progress", news, monotonic(), True))
        threading.Event().wait(0.2)
        assert bench.journal.rows[alert].stage is Stage.PRESSED


def test_news_without_the_gateways_seal_is_left_alone(tmp_path: Path) -> None:
    new_authority().sign(tmp_path, "gateway")
    signer = signer_with(tmp_path / "gateway.key")
    with Bench(seals=seals_by(tmp_path / "gateway.crt")) as bench:
        press(bench)
        until(lambda: bench.journal.rows)
        (alert,) = bench.gateway.ids()
        for stage, topic in (("DELIVERED", "another"), ("RECEIVED", "progress")):
            news = encode(Progress(AlertId(alert), Stage[stage], 1))
            sealed = signer.seal(topic, news)
            bench.inbox.put(
                MessageReceived("gateway-1", "progress", news, monotonic(), False, sealed)
            )
        until(lambda: bench.journal.rows[alert].stage is not Stage.PRESSED)
        assert bench.journal.rows[alert].stage is Stage.RECEIVED


def test_an_event_that_cannot_be_handled_stops_nothing() -> None:
    with Bench() as bench:
        bench.inbox.put(object())
        until(lambda: bench.gateway.beats and "internal-error" in bench.gateway.beats[-1].troubles)
        press(bench)
        until(lambda: bench.gateway.alerts)


def test_an_edge_whose_callback_fails_is_seen_by_looking() -> None:
    with Bench() as bench:
        bench.factory.ticks_diff = None  # every edge raises from here on, in gpiozero's thread
        bench.wire.drive_low()
        until(lambda: bench.gateway.alerts, within=0.5)
        until(lambda: "no-edges" in bench.gateway.beats[-1].troubles)


def test_a_failed_callback_is_a_trouble() -> None:
    with Bench() as bench:
        bench.inbox.put(CallbackFailed("Link._on_message", "ValueError()"))
        until(lambda: bench.gateway.beats and "internal-error" in bench.gateway.beats[-1].troubles)


def test_a_gateway_that_does_not_listen_is_a_trouble_until_it_does() -> None:
    with Bench() as bench:
        bench.inbox.put(LinkUp("gateway-1"))
        bench.inbox.put(NoSubscribers("gateway-1", "No matching subscribers"))
        until(lambda: bench.gateway.beats and "gateway-1-lost" in bench.gateway.beats[-1].troubles)
        bench.inbox.put(LinkUp("gateway-1"))
        until(lambda: "gateway-1-lost" not in bench.gateway.beats[-1].troubles)


def test_a_lost_link_is_logged_once_however_often_it_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Bench() as bench:
        for _ in range(50):
            bench.inbox.put(LinkDown("gateway-1", "no connection\n"))
        until(bench.inbox.empty)
    assert caplog.text.count("disconnected") == 1


def test_each_stage_and_answer_is_logged_for_the_simulator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "device.stages")
    with Bench() as bench:
        press(bench)
        until(lambda: bench.gateway.alerts)
        until(lambda: "STORED" in caplog.text)
        bench.gateway.answer(Stage.DELIVERED)
        bench.gateway.answer(Stage.RECEIVED, answer=Answer.SCHOOL)
        until(lambda: len(caplog.records) >= 4)
    facts = [vars(each) for each in caplog.records if each.name == "device.stages"]
    told = [(each.get("stage") or each.get("answer"), each["room"]) for each in facts]
    expected = ["PRESSED", "STORED", "DELIVERED", "school"]
    assert told == [(word, "204") for word in expected]
    assert "in room 204: DELIVERED after " in caplog.text
