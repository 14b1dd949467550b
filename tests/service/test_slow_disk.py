"""What a start asks of a disk: a slow one is waited for, one that stands still is not."""

import subprocess
import sys
import time

import pytest

from service.slow_disk import ask_disk
from tests.waiting import patience
from wire.ids import Seconds

STILL = Seconds(1.0)
STANDS_STILL = """
import queue, threading
from service.slow_disk import ask_disk

answers, late = threading.Event(), queue.SimpleQueue()
try:
    ask_disk(answers.wait, (OSError,), late.put, 1.0)
except TimeoutError as error:
    print(error.strerror)
assert late.empty()
answers.set()
print("late:", late.get())
"""


def test_what_it_returns_is_returned_and_what_it_raises_is_raised() -> None:
    assert ask_disk(lambda: 5, (OSError,)) == 5
    with pytest.raises(FileNotFoundError):
        ask_disk(lambda: open("/nowhere/at/all"), (OSError,))  # noqa: PTH123, SIM115


def test_a_disk_that_stands_still_is_given_up_and_what_comes_late_is_told() -> None:
    # In a process of its own: nothing else may move there.
    done = subprocess.run(
        [sys.executable, "-c", STANDS_STILL], capture_output=True, text=True, timeout=patience(30)
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["the disk has not answered for 1 s", "late: True"]


def test_a_disk_that_moves_is_waited_for_however_long_it_takes() -> None:
    def reads() -> str:
        end = time.monotonic() + 3 * STILL
        while time.monotonic() < end:
            pass
        return "all of it"

    assert ask_disk(reads, (OSError,), still=STILL) == "all of it"
