"""A thread that ended or hangs is told from one that gets on, or waits for something to do."""

import threading
import time
from collections.abc import Callable

from gateway.app.thread_watch import ThreadWatch
from gateway.core.events import HealthStatus
from service.events import CallbackFailed
from service.periodic import Periodic
from service.watched_thread import WatchedThread, faults_of, must_end_within, watched_threads
from tests.waiting import until
from wire.gateway_troubles import STOPPED_THREAD
from wire.ids import Monotonic, Seconds

ENDS = threading.Event()


def now() -> Monotonic:
    return Monotonic(time.monotonic())


def waiting_for(event: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        event.wait()

    return wait


def stands(name: str) -> str | None:
    return faults_of([each for each in watched_threads() if each.name == name], now()).get(name)


def test_a_thread_that_ended_is_told() -> None:
    go = threading.Event()
    thread = WatchedThread("short", waiting_for(go))
    thread.start()
    assert thread.fault(now()) is None
    go.set()
    thread.join()
    assert thread.fault(now()) == "the thread short has ended"


def test_a_thread_that_waits_for_orders_is_none_that_hangs_and_one_that_is_late_is() -> None:
    go, over = threading.Event(), threading.Event()

    def work() -> None:
        go.wait()
        with must_end_within(Seconds(0.05)):
            over.wait()
        ENDS.wait()

    WatchedThread("slow", work).start()
    assert stands("slow") is None
    go.set()
    until(lambda: stands("slow") == "the thread slow hangs")
    over.set()
    until(lambda: stands("slow") is None)
    ENDS.set()


def test_a_turn_that_does_not_end_hangs() -> None:
    over, put = threading.Event(), list[CallbackFailed]()
    turn, late = waiting_for(over), Seconds(0.05)
    periodic = Periodic("round", Seconds(60.0), turn, put.append, patience=late)
    periodic.start()
    until(lambda: stands("round") == "the thread round hangs")
    over.set()
    until(lambda: stands("round") is None)


def test_a_thread_that_ended_is_put_as_a_trouble() -> None:
    go, watch = threading.Event(), ThreadWatch()
    thread = WatchedThread("album", waiting_for(go))
    thread.start()
    watch.begin()
    watch.check(Monotonic(0.0))
    assert {each.detail for each in watch.statuses()} == {None}
    go.set()
    thread.join()
    watch.check(Monotonic(5.0))
    ended = HealthStatus(STOPPED_THREAD.name("album"), "the thread album has ended")
    assert [each for each in watch.statuses() if each.detail] == [ended]
