"""A handle on a connection, by which any thread can end what waits on it.

A socket's timeout applies to each wait, so a peer that sends a byte now and then holds it for ever
(docs/decisions/deadlines.md).  Shutting the socket down ends connecting, TLS, sending and receiving
alike; a duplicate of it is held, because libraries replace their socket by another one under TLS.
"""

import contextlib
import socket
import threading


class CutHandle:
    """`hold` and `release` belong to the thread that uses the connection, `cut` to any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: socket.socket | None = None
        self._was_cut = False

    @property
    def was_cut(self) -> bool:
        """True if `cut` was called since `begin`."""
        return self._was_cut

    def begin(self) -> None:
        """A new attempt starts: forget that the one before was cut."""
        with self._lock:
            self._was_cut = False

    def cut(self) -> None:
        """End what waits on the connection now, or would until `begin`."""
        with self._lock:
            self._was_cut = True
            if self._held:
                with contextlib.suppress(OSError):  # not connected yet, or over already
                    self._held.shutdown(socket.SHUT_RDWR)

    def hold(self, made: socket.socket) -> None:
        """Have `made` cut from now on; if it was cut already, closes it and raises
        ConnectionAbortedError.
        """
        with self._lock:
            self._drop()
            if self._was_cut:
                made.close()
                raise ConnectionAbortedError("cut")
            self._held = made.dup()

    def release(self) -> None:
        """Hold no connection any more; its own socket is closed by who made it."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._held:
            self._held.close()
            self._held = None
