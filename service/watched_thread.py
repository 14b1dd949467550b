"""Threads that live as long as their process, and a watch that reports which died or hang.

What such a thread does with a bound it does within `must_end_within`; waiting for work has no
bound, and says nothing about the thread.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from wire.ids import Monotonic, Seconds

_NEVER: Final = Monotonic(float("inf"))


class WatchedThread(threading.Thread):
    """A thread called `name` that runs `action`, and never ends before its process."""

    def __init__(self, name: str, action: Callable[[], None]) -> None:
        super().__init__(target=action, name=name, daemon=True)
        self.until = _NEVER

    def fault(self, now: Monotonic) -> str | None:
        """Return what is wrong with it; None if it runs."""
        if not self.is_alive():
            return f"the thread {self.name} has ended"
        if now > self.until:
            return f"the thread {self.name} hangs"
        return None


@contextmanager
def must_end_within(seconds: Seconds) -> Iterator[None]:
    """What the calling thread does within the block takes no longer, or the thread hangs."""
    thread = threading.current_thread()
    if not isinstance(thread, WatchedThread):
        yield
        return
    thread.until = Monotonic(time.monotonic() + seconds)
    try:
        yield
    finally:
        thread.until = _NEVER


def watched_threads() -> list[WatchedThread]:
    """Return those that run now."""
    return [each for each in threading.enumerate() if isinstance(each, WatchedThread)]


def faults_of(threads: list[WatchedThread], now: Monotonic) -> dict[str, str | None]:
    """Return by name what is wrong with each; of several of one name, one that does not run."""
    found: dict[str, str | None] = {}
    for each in threads:
        found[each.name] = found.get(each.name) or each.fault(now)
    return found
