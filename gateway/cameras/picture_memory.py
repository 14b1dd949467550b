"""The memory that the pictures of all cameras share, from their first byte until they are small.

FREE bytes each camera always has.  Beyond, all have MOST together; who needs more than is left
waits, and meanwhile the largest picture alone goes on arriving; if that takes long, it is given up.
One picture is decoded at a time, and who waits for that is served in turn; one that takes too long
is waited for no more.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from gateway.cameras.sources.source import CameraError

FREE: Final = 262_144
MOST: Final = 1_500_000
# Longer than a large picture takes on a good line.
_WAIT_S: Final = 1.0
# The costliest picture that is let through takes 0.2 s of a processor (docs/cameras.md).
LONGEST_DECODE_S: Final = 3.0
_GIVEN_UP: Final = "the camera's picture is too large, or too slow, beside those of other cameras"


class PictureMemory:
    """Of one process; any thread may use it."""

    def __init__(self) -> None:
        self.shares: list[Share] = []
        self.line: list[Share] = []
        self.changed = threading.Condition()
        self._turn_began = 0.0

    def share(self) -> "Share":
        """Return the share of one more camera."""
        with self.changed:
            self.shares.append(made := Share(self))
        return made

    def admits(self, share: "Share") -> bool:
        """True if the picture that arrives there need not wait."""
        whole = sum(_beyond(each.whole) for each in self.shares)
        if whole + sum(_beyond(each.arriving) for each in self.shares) <= MOST:
            return True
        return not whole and share is self._largest

    def give_up_one(self) -> None:
        """Give the largest picture that arrives up, unless one is decoded meanwhile."""
        if not any(_beyond(each.whole) for each in self.shares):
            self._largest.give_up()

    def wait_for_turn(self, share: "Share") -> None:
        """Wait behind those who asked before, for none of them longer than LONGEST_DECODE_S."""
        if not self.line:
            self._turn_began = time.monotonic()
        self.line.append(share)
        while (first := self.line[0]) is not share:
            left = self._turn_began + LONGEST_DECODE_S - time.monotonic()
            if left > 0:
                self.changed.wait(left)
            else:
                first.whole = 0  # or nobody could have what it holds until it comes back
                self.end_turn(first)

    def end_turn(self, share: "Share") -> None:
        """The next one has its turn, if this one still had it."""
        if share in self.line:
            self.line.remove(share)
            self._turn_began = time.monotonic()
            self.changed.notify_all()

    @property
    def _largest(self) -> "Share":
        return max(self.shares, key=lambda each: each.arriving)


class Share:
    """What one camera has of it.  `begin` and what follows belong to those who ask that camera."""

    def __init__(self, memory: PictureMemory) -> None:
        self._memory = memory
        self._changed = memory.changed
        self._cut: Callable[[], None] = _nothing
        self.arriving = 0
        self.whole = 0
        self.is_given_up = False

    def begin(self, cut: Callable[[], None]) -> None:
        """The camera is asked; `cut` ends the wait for its bytes, from any thread, at once."""
        with self._changed:
            self._cut, self.arriving, self.is_given_up = cut, 0, False

    def hold(self, size: int) -> None:
        """So many bytes of it are held now; waits for room.  Raises CameraError if given up."""
        with self._changed:
            self.arriving = size
            self._changed.notify_all()
            while size > FREE and not self._changed.wait_for(self._may_go_on, _WAIT_S):
                self._memory.give_up_one()
        self.must_be_kept()

    def keep(self, whole: int, arriving: int = 0) -> None:
        """A picture is whole, to be made small next."""
        with self._changed:
            self.whole, self.arriving = whole, arriving
            self._changed.notify_all()

    def must_be_kept(self) -> None:
        """Raise CameraError if the picture was given up."""
        if self.is_given_up:
            raise CameraError(_GIVEN_UP)

    @contextmanager
    def decoder(self) -> Iterator[None]:
        """Have the decoder, after those who asked for it before."""
        with self._changed:
            self._memory.wait_for_turn(self)
        try:
            yield
        finally:
            with self._changed:
                self._memory.end_turn(self)

    def leave(self) -> None:
        """The camera is asked no more."""
        with self._changed:
            self._memory.shares.remove(self)
            self._changed.notify_all()

    def give_up(self) -> None:
        """Have the picture that arrives forgotten."""
        self.arriving, self.is_given_up = 0, True
        self._changed.notify_all()
        self._cut()

    def _may_go_on(self) -> bool:
        return self.is_given_up or self._memory.admits(self)


def _beyond(size: int) -> int:
    return max(0, size - FREE)


def _nothing() -> None:
    """Nobody waits yet."""
