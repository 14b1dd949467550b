"""How a test waits: for the thing itself, with a deadline that a slow machine makes longer."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from tests import pace

T = TypeVar("T")


def patience(seconds: float) -> float:
    """Return how long `seconds`, as chosen on an idle machine, may take here (`tests/pace.py`)."""
    return seconds * pace.slowness()


def late(began: float, within: float, measure: Callable[[], float] = pace.measure) -> bool:
    """True if more than `within` seconds have passed since `began`, for all that is slow now."""
    if time.monotonic() - began <= patience(within):
        return False
    return time.monotonic() - began > within * measure()


def until(look: Callable[[], T], within: float = 5.0, every: float = 0.005) -> T:
    """Return the first truthy result of `look`; fails the test after `within` seconds."""
    pause, began = threading.Event(), time.monotonic()
    while not (found := look()):
        assert not late(began, within), f"not seen within {patience(within)} s (last: {found!r})"
        pause.wait(every)
    return found
