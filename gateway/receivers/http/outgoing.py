"""A request on its way out: what the kernel has taken of it, and what is still to be sent."""

import socket
import ssl
import time
from typing import Final

from gateway.receivers.http.movement import MEASURE_EVERY_S, Movement

_CHUNK: Final = 65_536
_WOULD_WAIT: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class OutgoingRequest:
    """The bytes of a request on `sock`; belongs to one thread at a time."""

    def __init__(self, sock: socket.socket, data: bytes) -> None:
        self.sock = sock
        self._rest = memoryview(data)
        self._handed = 0

    def send_now(self) -> None:
        """Hand the kernel what it takes at once, a chunk at most; never waits, raises OSError."""
        self.sock.settimeout(0)
        try:
            self._handed = self.sock.send(self._rest[:_CHUNK])
        except _WOULD_WAIT:
            return
        self._rest = self._rest[self._handed :]

    def send_rest(self, ends: float, movement: Movement) -> OSError | None:
        """Send what is left by the moment `ends`; raises OSError.

        Returns how the server hung up meanwhile, for it may have said why before it did.
        """
        movement.handed(self._handed)
        while self._rest:
            self.sock.settimeout(min(left(ends), MEASURE_EVERY_S))
            try:
                count = self.sock.send(self._rest[:_CHUNK])
            except TimeoutError:
                count = 0
                movement.measure()
            except (BrokenPipeError, ConnectionResetError) as error:
                return error
            movement.handed(count)
            self._rest = self._rest[count:]
        return None


def left(ends: float) -> float:
    """Return the seconds until the moment `ends`; raises TimeoutError once it has come."""
    seconds = ends - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("timed out")
    return seconds
