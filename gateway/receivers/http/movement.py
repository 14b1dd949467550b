"""Measures what really moves on a connection, both ways, however much the kernel buffered at once.

A slow line is no dead one: what a peer acknowledged is what the kernel no longer holds (TIOCOUTQ of
tty_ioctl(4), SIOCOUTQ of tcp(7)).  Half a kilobyte counts; a peer that sends single bytes does not.
"""

import fcntl
import struct
import termios
import time
from collections.abc import Callable
from typing import Final

from gateway.receivers.http.server import AnySocket

# How often it is looked at: what is quick says nothing of itself.
_EVERY_S: Final = 0.25
_COUNTS: Final = 512
_INT: Final = struct.Struct("i")


class Movement:
    """Of one request and its answer on `sock`; calls `moved` as they move."""

    def __init__(self, sock: AnySocket, moved: Callable[[], None]) -> None:
        self._sock = sock
        self._moved = moved
        self._handed = 0
        self._acknowledged = 0
        self._came = 0
        self._told = 0
        self._look_at = time.monotonic() + _EVERY_S

    def handed(self, count: int) -> None:
        """The kernel took so many bytes to send."""
        self._handed += count

    def came(self, count: int) -> None:
        """So many bytes came."""
        self._came += count

    def measure(self) -> None:
        """See how much the peer has acknowledged, if it is time to look."""
        if time.monotonic() < self._look_at:
            return
        (waiting,) = _INT.unpack(fcntl.ioctl(self._sock, termios.TIOCOUTQ, bytes(_INT.size)))
        # TLS adds some bytes of its own to those that were handed over: never less than before.
        self._acknowledged = max(self._acknowledged, self._handed - waiting)
        self._look_at = time.monotonic() + _EVERY_S
        moved = self._acknowledged + self._came
        if moved - self._told >= _COUNTS:
            self._told = moved
            self._moved()
