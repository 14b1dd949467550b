"""A guarded callback never raises: its thread lives, and what went wrong is told."""

import logging
import threading

import pytest

from service.events import CallbackFailed
from service.guard import guarded


def test_what_a_callback_raises_becomes_an_event(caplog: pytest.LogCaptureFixture) -> None:
    told: list[CallbackFailed] = []

    def hurt(number: int) -> None:
        raise ZeroDivisionError(number)

    with caplog.at_level(logging.ERROR):
        guarded(hurt, told.append)(7)
    assert [each.error for each in told] == ["ZeroDivisionError(7)"]
    assert told[0].where.endswith("hurt")
    assert "Traceback" in caplog.text


def test_a_good_callback_is_called_with_what_was_given() -> None:
    heard: list[tuple[int, str]] = []
    told: list[CallbackFailed] = []
    guarded(lambda a, b: heard.append((a, b)), told.append)(1, b="x")
    assert (heard, told) == ([(1, "x")], [])


def test_the_thread_that_calls_lives_on() -> None:
    told: list[CallbackFailed] = []

    def hurt() -> None:
        raise RuntimeError

    def call_twice() -> None:
        guarded(hurt, told.append)()
        guarded(hurt, told.append)()

    thread = threading.Thread(target=call_twice)
    thread.start()
    thread.join(5.0)
    assert len(told) == 2


def test_a_process_that_is_told_to_end_may_end() -> None:
    told: list[CallbackFailed] = []

    def leave() -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        guarded(leave, told.append)()
    assert told == []
