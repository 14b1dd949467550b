"""The inbox waits for its links and for other threads at once, with a real Mosquitto behind."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.app.inbox import Inbox
from service.events import LinkDown, LinkUp, MessageReceived, Stop
from simulator.broker import free_port
from tests.gateway.polled import at_once, polled
from tests.service.brokers import Plain, linked, new_authority, plain, secure, secure_settings
from tests.waiting import patience, until
from wire.seal import Seal

ALERT = "tocsin/v1/lincoln/up/lincoln-204/alert"
HEARTBEAT = "tocsin/v1/lincoln/up/lincoln-204/heartbeat"
ALL = "tocsin/v1/lincoln/up/+/+"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Plain]:
    with plain(tmp_path) as running:
        yield running


def test_a_message_is_read_by_the_thread_that_waits_for_it(broker: Plain) -> None:
    with polled(broker.settings, ALL) as gateway, linked(broker.settings, "unit") as (unit, heard):
        gateway.next(LinkUp)
        heard.next(LinkUp)
        assert unit.publish(ALERT, b"help", Seal("A"))
        came = gateway.next(MessageReceived)
        assert (came.link, came.topic, came.payload, came.seal) == ("broker", ALERT, b"help", "A")
        assert not gateway.inbox.low_priority()


def test_what_the_owner_publishes_leaves_without_another_turn(broker: Plain) -> None:
    with (
        polled(broker.settings) as gateway,
        linked(broker.settings, "unit", ALERT) as (_, heard),
    ):
        heard.next(LinkUp)
        gateway.next(LinkUp)
        assert gateway.link.publish_qos0(ALERT, b"received")
        assert heard.next(MessageReceived).payload == b"received"


def test_a_heartbeat_is_kept_and_ends_no_wait(broker: Plain) -> None:
    with polled(broker.settings, ALL) as gateway, linked(broker.settings, "unit") as (unit, heard):
        gateway.next(LinkUp)
        heard.next(LinkUp)
        for number in range(50):
            unit.publish_qos0(HEARTBEAT, b"%d" % number)
        kept: list[MessageReceived] = []

        def all_are_kept() -> bool:
            assert gateway.inbox.take(0.05, 10) == []
            kept.extend(gateway.inbox.low_priority())
            return len(kept) == 50

        until(all_are_kept)


def shortest_wait(inbox: Inbox, cause: Callable[[], None]) -> float:
    """Return how long after `cause` in another thread its event is taken, at best of 5 times."""
    found = []
    for _ in range(5):
        caused: list[float] = []

        def act(caused: list[float] = caused) -> None:
            caused.append(time.monotonic())
            cause()

        timer = threading.Timer(0.2, act)
        timer.start()
        assert inbox.take(patience(20), 10) == [Stop()]
        found.append(time.monotonic() - caused[0])
        timer.join()
    return min(found)


def test_another_thread_ends_the_wait_at_once() -> None:
    inbox = Inbox()
    assert shortest_wait(inbox, lambda: inbox.put(Stop())) < 0.1


def test_a_signal_handler_ends_the_wait_at_once() -> None:
    inbox = Inbox()
    before = signal.signal(signal.SIGUSR1, lambda *_: inbox.put(Stop()))
    try:
        assert shortest_wait(inbox, lambda: os.kill(os.getpid(), signal.SIGUSR1)) < 0.1
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_no_more_is_taken_than_asked_for_and_the_rest_stays() -> None:
    inbox = Inbox()
    for number in range(10):
        inbox.put(number)
    assert inbox.take(0.0, 4) == [0, 1, 2, 3]
    assert not inbox.empty()
    assert inbox.take(0.0, 100) == [4, 5, 6, 7, 8, 9]
    assert inbox.empty()


def test_a_broker_that_was_killed_is_connected_to_again_within_4_s(broker: Plain) -> None:
    with polled(broker.settings, ALL) as gateway:
        gateway.next(LinkUp)
        broker.kill()
        assert gateway.next(LinkDown).reason
        assert not gateway.link.publish_qos0(ALERT, b"too late")
        assert [gateway.next(LinkDown, within=8.0).reason.split(" at ")[0] for _ in range(3)] == [
            "refused: nothing listens"
        ] * 3
        broker.start()
        gateway.next(LinkUp, within=4.0)
        assert gateway.link.alive()


def test_a_frozen_broker_is_noticed_and_blocks_nothing(broker: Plain) -> None:
    with polled(broker.settings, ALL) as gateway:
        gateway.next(LinkUp)
        broker.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(5000):
            gateway.link.publish_qos0(ALERT, b"x" * 4000)
        assert time.monotonic() - began < patience(5)
        gateway.next(LinkDown, within=12.0)
        broker.process.send_signal(signal.SIGCONT)
        gateway.next(LinkUp, within=8.0)


def test_what_a_slow_broker_did_not_take_at_once_leaves_later(broker: Plain) -> None:
    with (
        polled(broker.settings) as gateway,
        linked(broker.settings, "unit", ALERT) as (_, heard),
    ):
        heard.next(LinkUp)
        gateway.next(LinkUp)
        broker.process.send_signal(signal.SIGSTOP)
        for number in range(3000):
            gateway.link.publish_qos0(ALERT, b"%d" % number + b" " * 4000)
        broker.process.send_signal(signal.SIGCONT)
        found: list[bytes] = []

        def all_came() -> bool:
            gateway.inbox.take(0.01, 10)
            found.extend(e.payload for e in heard.all_now() if isinstance(e, MessageReceived))
            return len(found) == 3000

        until(all_came, within=20.0)
        assert [int(each) for each in found] == list(range(3000))


def test_a_burst_under_tls_is_read_to_its_last_message(tmp_path: Path) -> None:
    authority, port = new_authority(), free_port()
    for name in ("broker", "gateway", "unit"):
        authority.sign(tmp_path, name)
    with (
        secure(tmp_path, port),
        polled(secure_settings(port, tmp_path, "gateway"), ALL) as gateway,
        linked(secure_settings(port, tmp_path, "unit"), "unit") as (unit, heard),
    ):
        gateway.next(LinkUp)
        heard.next(LinkUp)
        for number in range(3000):
            unit.publish_qos0(ALERT, b"%d" % number)
        assert gateway.count(MessageReceived, 3000) == 3000


def test_messages_that_came_in_one_record_of_tls_are_all_read(tmp_path: Path) -> None:
    authority = new_authority()
    for name in ("broker", "gateway"):
        authority.sign(tmp_path, name)
    with (
        at_once(tmp_path, [b"one", b"two", b"three"]) as port,
        polled(secure_settings(port, tmp_path, "gateway"), ALL) as gateway,
    ):
        gateway.next(LinkUp)
        came = [gateway.next(MessageReceived).payload for _ in range(3)]
        assert came == [b"one", b"two", b"three"]


# paho leaves the socket of a handshake that failed to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_certificate_of_another_authority_is_named(tmp_path: Path) -> None:
    ours, theirs, port = new_authority(), new_authority(), free_port()
    ours.sign(tmp_path, "broker")
    theirs.sign(tmp_path / "theirs", "gateway")
    with (
        secure(tmp_path, port),
        polled(secure_settings(port, tmp_path / "theirs", "gateway"), ALL) as gateway,
    ):
        assert gateway.next(LinkDown).reason.startswith(("certificate", "refused"))


def test_an_inbox_leaves_no_descriptor_behind() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(100):
        Inbox().put(Stop())
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
