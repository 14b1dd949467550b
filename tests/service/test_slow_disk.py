"""What a start asks of a disk: a slow one is waited for, one that stands still is not."""

import threading
import time

import pytest

from service.slow_disk import ask_disk
from tests.waiting import until
from wire.ids import Seconds

STILL = Seconds(1.0)


def test_what_it_returns_is_returned_and_what_it_raises_is_raised() -> None:
    assert ask_disk(lambda: 5, (OSError,)) == 5
    with pytest.raises(FileNotFoundError):
        ask_disk(lambda: open("/nowhere/at/all"), (OSError,))  # noqa: PTH123, SIM115


def test_a_disk_that_stands_still_is_given_up_and_what_comes_late_is_told() -> None:
    answers, late = threading.Event(), list[bool]()
    with pytest.raises(TimeoutError, match="has not answered for 1 s"):
        ask_disk(answers.wait, (OSError,), late.append, STILL)
    assert not late
    answers.set()
    until(lambda: late == [True])


def test_a_disk_that_moves_is_waited_for_however_long_it_takes() -> None:
    def reads() -> str:
        end = time.monotonic() + 3 * STILL
        while time.monotonic() < end:
            pass
        return "all of it"

    assert ask_disk(reads, (OSError,), still=STILL) == "all of it"
