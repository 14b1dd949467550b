"""A part with a socket that one loop waits for, and the loop as such a part sees it."""

import select
from typing import Protocol


class Polled(Protocol):
    """Has a socket of its own; called by the thread alone that polls it."""

    def register(self, poll: select.poll) -> int | None:
        """Have `poll` wait for its socket; returns the descriptor, None if there is none now."""

    def has_input(self) -> bool:
        """True if it has something to do that no poll of its socket shows."""

    def serve(self, ready: int) -> bool:
        """Handle the events of its socket, 0 for none; True if there may be more to read."""


class Poller(Protocol):
    """Polls."""

    def watch(self, part: Polled) -> None:
        """Wait for this part, too; for the thread that polls."""

    def unwatch(self, part: Polled) -> None:
        """Wait for this part no more; for the thread that polls."""

    def wake(self) -> None:
        """End the wait: a part has a new socket.  From any thread."""
