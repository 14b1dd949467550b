"""Ends the parts that write, one after the other, within a time for all of them."""

import time
from collections.abc import Iterable
from typing import Protocol


class Stoppable(Protocol):
    """A part that has something left to write."""

    def stop(self, within: float) -> None:
        """Write it and end, or give up after `within` seconds."""


def stop_all(parts: Iterable[Stoppable], within: float) -> None:
    """Stop `parts` in this order; those that come after a disk that hangs have no time left."""
    until = time.monotonic() + within
    for part in parts:
        part.stop(max(0.0, until - time.monotonic()))
