"""The MQTT link against a real Mosquitto that dies, returns, and may have nobody to tell."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.events import CallbackFailed, LinkDown, LinkUp, MessageReceived, NoSubscribers
from service.threaded_link import ThreadedLink
from tests.service.brokers import Heard, Plain, kill_thread_in, linked, plain, refusing
from tests.waiting import patience, until
from wire.gateway_troubles import CERTIFICATE
from wire.ids import SiteId
from wire.seal import Seal
from wire.topics import trouble_topic

TOPIC = "tocsin/v1/lincoln/up/lincoln-204/alert"
ALL = "tocsin/v1/lincoln/up/+/+"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Plain]:
    with plain(tmp_path) as running:
        yield running


def test_what_one_says_the_other_hears(broker: Plain) -> None:
    with linked(broker.settings, "gateway", ALL) as (_, heard):
        heard.next(LinkUp)
        with linked(broker.settings, "unit") as (unit, unit_heard):
            unit_heard.next(LinkUp)
            before = time.monotonic()
            assert unit.publish(TOPIC, b"one")
            assert unit.publish_qos0(TOPIC, b"two")
            arrived = [heard.next(MessageReceived), heard.next(MessageReceived)]
    assert [(each.topic, each.payload) for each in arrived] == [(TOPIC, b"one"), (TOPIC, b"two")]
    assert all(each.link == "broker" and not each.retained for each in arrived)
    assert before <= arrived[0].at <= arrived[1].at <= time.monotonic()


def test_a_seal_travels_beside_the_message(broker: Plain) -> None:
    with linked(broker.settings, "gateway", ALL) as (link, heard):
        heard.next(LinkUp)
        assert link.publish(TOPIC, b"one", Seal("A"))
        assert link.publish_qos0(TOPIC, b"two", Seal("B"))
        assert link.publish(TOPIC, b"three")
        assert [heard.next(MessageReceived).seal for _ in range(3)] == ["A", "B", ""]


def test_a_trouble_of_a_file_is_told_whatever_its_name_holds(broker: Plain) -> None:
    topic = trouble_topic(SiteId("lincoln"), CERTIFICATE.name("/etc/tocsin/fire+police/#1.crt"))
    with linked(broker.settings, "monitor", "tocsin/v1/lincoln/trouble/#") as (link, heard):
        heard.next(LinkUp)
        assert link.publish_qos0(topic, b"{}")
        assert heard.next(MessageReceived).topic == topic


def test_a_message_that_nobody_takes_is_unheard(broker: Plain) -> None:
    with linked(broker.settings, "unit") as (unit, heard):
        heard.next(LinkUp)
        assert unit.publish(TOPIC, b"anybody?")
        assert "No matching subscribers" in heard.next(NoSubscribers).reason


def test_a_message_that_somebody_takes_is_not_unheard(broker: Plain) -> None:
    with linked(broker.settings, "unit", ALL) as (unit, heard):
        heard.next(LinkUp)
        assert unit.publish(TOPIC, b"me")
        heard.next(MessageReceived)
        assert unit.publish("tocsin/v1/lincoln/elsewhere", b"anybody?")
        heard.next(NoSubscribers)
        assert heard.all_now() == []


def test_a_refused_subscription_is_no_link_and_yet_an_alert_leaves() -> None:
    with refusing() as (broker, sent), linked(broker, "unit", ALL) as (unit, heard):
        assert "refused the subscription" in heard.next(LinkDown).reason
        assert unit.publish(TOPIC, b"help")
        assert b"help" in sent.get(timeout=patience(5))
        assert heard.all_now() == []


def test_a_link_is_up_only_while_the_broker_is_there(broker: Plain) -> None:
    with linked(broker.settings, "unit") as (unit, heard):
        heard.next(LinkUp)
        broker.kill()
        assert heard.next(LinkDown).reason
        assert not unit.up
        assert not unit.publish(TOPIC, b"too late")
        assert unit.alive()


def test_a_link_is_back_within_4_s_of_its_broker_however_long_that_was_away(broker: Plain) -> None:
    with linked(broker.settings, "unit", ALL) as (unit, heard):
        heard.next(LinkUp)
        broker.kill()
        reasons = [heard.next(LinkDown, within=8.0).reason for _ in range(4)]
        # The next pause would double without a bound.
        assert [reason.split(" at ")[0] for reason in reasons[1:]] == [
            "refused: nothing listens"
        ] * 3
        broker.start()
        heard.next(LinkUp, within=4.0)
        assert unit.publish(TOPIC, b"again")
        assert heard.next(MessageReceived).payload == b"again"


def test_what_was_said_while_down_does_not_come_late(broker: Plain) -> None:
    with linked(broker.settings, "unit", ALL) as (unit, heard):
        heard.next(LinkUp)
        broker.kill()
        heard.next(LinkDown)
        assert not any(unit.publish(TOPIC, b"%d" % n) for n in range(1000))
        broker.start()
        heard.next(LinkUp)
        assert unit.publish(TOPIC, b"fresh")
        assert heard.next(MessageReceived).payload == b"fresh"


def test_what_a_broker_took_no_more_is_not_said_again_by_itself(broker: Plain) -> None:
    with linked(broker.settings, "unit", ALL) as (unit, heard):
        heard.next(LinkUp)
        broker.process.send_signal(signal.SIGSTOP)
        assert unit.publish(TOPIC, b"0.01 s old")
        broker.kill()
        broker.start()
        heard.next(LinkUp)
        assert unit.publish(TOPIC, b"3 s old")
        assert heard.next(MessageReceived).payload == b"3 s old"


def test_a_callback_that_raises_does_not_end_the_thread(broker: Plain) -> None:
    heard = Heard()

    def put(event: Any) -> None:
        heard.queue.put(event)
        if isinstance(event, MessageReceived) and event.payload == b"poison":
            raise ZeroDivisionError

    with linked(broker.settings, "unit", ALL, put=put) as (unit, _):
        heard.next(LinkUp)
        unit.publish(TOPIC, b"poison")
        assert heard.next(CallbackFailed).error == "ZeroDivisionError()"
        assert unit.alive()
        unit.publish(TOPIC, b"good")
        assert heard.next(MessageReceived).payload == b"good"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # we kill it
def test_a_link_whose_thread_died_says_so_and_can_be_revived(broker: Plain) -> None:
    heard = Heard()
    with linked(broker.settings, "unit", ALL, put=kill_thread_in(heard, MessageReceived)) as (
        unit,
        _,
    ):
        heard.next(LinkUp)
        unit.publish(TOPIC, b"the last")
        until(lambda: not unit.alive())
        assert unit.up  # nothing else would tell
        unit.revive()
        heard.next(LinkUp)
        assert unit.alive()
        assert unit.publish(TOPIC, b"the first")
        until(lambda: heard.next(MessageReceived).payload == b"the first")


def test_a_link_that_was_never_started_is_not_alive(broker: Plain) -> None:
    heard = Heard()
    link = ThreadedLink("broker", broker.settings, "unit", [], heard.queue.put)
    assert not link.alive()
    assert not link.publish(TOPIC, b"x")


def test_start_and_stop_wait_for_nobody(tmp_path: Path) -> None:
    with plain(tmp_path) as broker:
        broker.kill()
        before = time.monotonic()
        with linked(broker.settings, "unit") as (unit, heard):
            assert time.monotonic() - before < patience(0.5)
            heard.next(LinkDown)
            before = time.monotonic()
            unit.stop()
            assert time.monotonic() - before < patience(0.5)


def test_the_thread_of_a_link_never_keeps_a_process_alive(broker: Plain) -> None:
    with linked(broker.settings, "unit") as (_, heard):
        heard.next(LinkUp)
        named = [each for each in threading.enumerate() if each.name.endswith("-unit")]
        assert [each.daemon for each in named] == [True]
