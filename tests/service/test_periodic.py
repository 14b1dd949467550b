"""What is done now and then is done again, whatever came of it; a file that changed is another."""

import os
import time
from pathlib import Path
from queue import SimpleQueue

from service.events import CallbackFailed
from service.filestamp import stamp_of, stamps_of
from service.periodic import Periodic
from tests.waiting import patience, until
from wire.ids import Seconds


class Turns:
    """Counts its turns, and fails in each second one."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def __call__(self) -> None:
        self.at.append(time.monotonic())
        if len(self.at) % 2 == 0:
            raise LookupError("a fault of ours")


def test_a_turn_that_raises_is_told_and_the_next_one_comes() -> None:
    turns, put = Turns(), SimpleQueue[CallbackFailed]()
    periodic = Periodic("turns", Seconds(0.02), turns, put.put)
    periodic.start()
    until(lambda: len(turns.at) >= 5)
    periodic.every = Seconds(3600.0)  # a thread that logs for ever is no guest at the end
    assert put.get(timeout=patience(1)) == CallbackFailed("Turns", "LookupError('a fault of ours')")


def test_the_first_turn_may_wait_and_any_may_be_had_at_once() -> None:
    turns, put = Turns(), SimpleQueue[CallbackFailed]()
    periodic = Periodic("turns", Seconds(60.0), turns, put.put, first=Seconds(60.0))
    periodic.start()
    periodic.wake()
    until(lambda: len(turns.at) == 1)
    periodic.wake()
    until(lambda: len(turns.at) == 2)


def test_a_file_is_another_by_its_time_its_size_or_its_inode(tmp_path: Path) -> None:
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_text("a")
    os.utime(file, ns=(5, 5))
    seen = [stamp_of(file)]
    os.utime(file, ns=(6, 6))
    seen.append(stamp_of(file))
    file.write_text("ab")
    os.utime(file, ns=(6, 6))
    seen.append(stamp_of(file))
    other.write_text("ab")
    os.utime(other, ns=(6, 6))
    other.replace(file)
    seen.append(stamp_of(file))
    assert len(set(seen)) == 4
    assert stamps_of([file, other]) == (seen[-1], None)
