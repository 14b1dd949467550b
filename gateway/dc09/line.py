"""One line to a DC-09 receiver: sends a message, waits for its answer, tries once more.

Blocks, but never beyond the deadline given; a frame leaves with one write, and the next only when
this one is answered, for receivers do not put split frames together.
"""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from gateway.formats.dc09.frame import (
    Cipher,
    Message,
    Station,
    padding,
    write_clear,
    write_sealed,
    write_stamp,
)
from gateway.formats.dc09.reply import Reply, judge, take_reply
from wire.errors import WireError
from wire.ids import Monotonic, Seconds, Wall

Transport = Literal["tcp", "udp"]

_CONNECT: Final = 2.0
# Silence for this long: the same frame once more.
_AGAIN: Final = Seconds(2.0)
_READ: Final = 4096


class Receiver(NamedTuple):
    """Where a receiver listens; `host` is an address, looked up before."""

    host: str
    port: int
    transport: Transport


class LineError(Exception):
    """No acknowledgement, for the reason given; `refused`: the receiver cannot process it."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        self.refused = refused
        super().__init__(reason)


class Line:
    """Our side of one account at one receiver; follows the receiver's clock where it differs."""

    def __init__(self, station: Station, cipher: Cipher | None, clock: Callable[[], Wall]) -> None:
        self._station = station
        self._cipher = cipher
        self._clock = clock
        self._pad = padding(secrets.token_bytes)
        self._ahead = 0.0
        self._lock = threading.Lock()
        self._open: socket.socket | None = None
        self._was_cut = False

    def begin(self) -> None:
        """Forget that the conversation before was cut."""
        with self._lock:
            self._was_cut = False

    def cut(self) -> None:
        """End the conversation under way, from any thread: `send` fails at once."""
        with self._lock:
            self._was_cut = True
            if self._open:
                with contextlib.suppress(OSError):  # not connected, or already over
                    self._open.shutdown(socket.SHUT_RDWR)

    def send(self, receiver: Receiver, message: Message, until: Monotonic) -> None:
        """Return when `message` is acknowledged; raises LineError or OSError."""
        kind = socket.SOCK_STREAM if receiver.transport == "tcp" else socket.SOCK_DGRAM
        family = socket.AF_INET6 if ":" in receiver.host else socket.AF_INET
        with socket.socket(family, kind) as line:
            line.settimeout(min(_left(until), _CONNECT))
            self._enter(line)
            try:
                line.connect((receiver.host, receiver.port))
                self._converse(line, message, until)
            finally:
                with self._lock:
                    self._open = None

    def _enter(self, line: socket.socket) -> None:
        with self._lock:
            if self._was_cut:
                raise LineError("something more urgent came")
            self._open = line

    def _converse(self, line: socket.socket, message: Message, until: Monotonic) -> None:
        for last in (False, True):
            line.settimeout(_left(until))
            line.sendall(self._frame(message))
            end = until if last else Monotonic(min(until, time.monotonic() + _AGAIN))
            if self._is_taken(line, message, end):
                return
        raise LineError("the receiver does not acknowledge")

    def _is_taken(self, line: socket.socket, message: Message, end: Monotonic) -> bool:
        """True if acknowledged; False if it should be sent once more."""
        heard = b""
        while (left := end - time.monotonic()) > 0:
            line.settimeout(left)
            try:
                came = line.recv(_READ)
            except TimeoutError:
                return False
            if not came:
                raise LineError("the receiver hung up without an answer")
            try:
                while found := take_reply(heard + came):
                    reply, heard, came = found[0], found[1], b""
                    verdict = judge(reply, self._station, message, self._cipher)
                    if verdict == "taken":
                        return True
                    if verdict is not None:
                        self._heed(reply)
                        return False
                heard += came
            except WireError:
                heard = b""
        return False

    def _heed(self, reply: Reply | None) -> None:
        if reply and reply.word == "DUH":
            raise LineError("the receiver cannot process this event (DUH)", refused=True)
        if reply and reply.word == "NAK":
            if reply.time is None:
                raise LineError("the receiver refuses this account or message (NAK)")
            self._ahead = reply.time - self._clock()

    def _frame(self, message: Message) -> bytes:
        stamp = write_stamp(Wall(self._clock() + self._ahead))
        if self._cipher:
            return write_sealed(self._station, message, stamp, self._cipher, self._pad)
        return write_clear(self._station, message, stamp)


def _left(until: Monotonic) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
