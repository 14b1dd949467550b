"""How a test waits: for the thing itself, with a deadline."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], within: float = 5.0, every: float = 0.005) -> T:
    """Return the first truthy result of `look`; fails the test after `within` seconds."""
    pause, deadline = threading.Event(), time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"not seen within {within} s (last: {found!r})"
        pause.wait(every)
    return found
