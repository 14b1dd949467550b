"""Sends messages to a DC-09 receiver, one at a time, over a connection that is kept between them.

Blocks, but never beyond the deadline given; a frame leaves with one write, and the next only when
this one is answered, for receivers do not put split frames together.  Receivers that close after
each answer are connected to again.
"""

import contextlib
import select
import socket
import time
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from gateway.core.formats.dc09.frame import (
    Cipher,
    Message,
    Random,
    Station,
    write_clear,
    write_sealed,
    write_stamp,
)
from gateway.core.formats.dc09.reply import Reply, Verdict, judge, take_reply
from gateway.core.values import Exchange
from gateway.receivers.dc09.errors import Dc09Error
from gateway.receivers.dc09.receiver_clock import ReceiverClock
from service.cut_handle import CutHandle
from wire.errors import WireError
from wire.ids import Monotonic, Seconds, Wall

Transport = Literal["tcp", "udp"]

MEDIA: Final = "dc-09"
"""In the place of a media type, for it has none."""

_CONNECT: Final = 2.0
# Silence for this long: the same frame once more.
_AGAIN: Final = Seconds(2.0)
# A connection that was kept may be dead without a sign: then a new one, sooner.
_KEPT_AGAIN: Final = Seconds(1.0)
_READ: Final = 4096
_SILENT: Final = "the receiver does not acknowledge"
_STALE: Final = "the time in the receiver's ACK is more than 60 s from ours: is it a recorded one?"


class Receiver(NamedTuple):
    """Where a receiver listens; `host` is an address, looked up before."""

    host: str
    port: int
    transport: Transport


_NONE: Final = Exchange(MEDIA, b"", Wall(0.0), b"", Wall(0.0))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are at a receiver, and how we seal what is sent; no `cipher`: in clear."""

    station: Station
    cipher: Cipher | None
    pad: Random


class Dc09Connection:
    """Our side of one account at one receiver.  `send` belongs to one thread, `cut` to any."""

    def __init__(self, identity: Identity, clock: ReceiverClock) -> None:
        self._identity = identity
        self._clock = clock
        self._handle = CutHandle()
        self._open: tuple[Receiver, socket.socket] | None = None
        self._exchange = _NONE

    def begin(self) -> None:
        """Forget that the `send` before was cut."""
        self._handle.begin()

    def cut(self) -> None:
        """End what is under way: `send` fails at once."""
        self._handle.cut()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._open:
            self._open[1].close()
        self._open = None
        self._handle.release()

    def send(self, receiver: Receiver, message: Message, until: Monotonic) -> Exchange:
        """Return frame and ACK when `message` is acknowledged; raises Dc09Error or OSError."""
        if (kept := self._kept(receiver)) and self._is_taken_at_once(kept, message, until):
            return self._exchange
        self.close()
        is_whole = False
        try:
            is_whole = self._converse(self._connect(receiver, until), message, until)
        finally:
            if not is_whole:
                self.close()
        return self._exchange

    def _kept(self, receiver: Receiver) -> socket.socket | None:
        """Return the connection of before, if it is one to `receiver` and the peer left it open."""
        if self._open is None or self._open[0] != receiver:
            return None
        line = self._open[1]
        poll = select.poll()
        poll.register(line, select.POLLIN)
        # Nothing is awaited on it: what can be read is its end, or an answer that came too late.
        return None if poll.poll(0) else line

    def _connect(self, receiver: Receiver, until: Monotonic) -> socket.socket:
        kind = socket.SOCK_STREAM if receiver.transport == "tcp" else socket.SOCK_DGRAM
        family = socket.AF_INET6 if ":" in receiver.host else socket.AF_INET
        line = socket.socket(family, kind)
        self._open = receiver, line
        try:
            self._handle.hold(line)
        except ConnectionAbortedError as error:
            raise Dc09Error("interrupted by something more urgent") from error
        line.settimeout(min(_left(until), _CONNECT))
        line.connect((receiver.host, receiver.port))
        return line

    def _is_taken_at_once(self, line: socket.socket, message: Message, until: Monotonic) -> bool:
        """Try a connection that was kept; False if a new one has to be tried."""
        end = Monotonic(min(until, time.monotonic() + _KEPT_AGAIN))
        try:
            verdict, reply = self._ask(line, message, end)
        except OSError:
            return False
        if verdict != "taken":
            self._heed(verdict, reply)
        return verdict == "taken"

    def _converse(self, line: socket.socket, message: Message, until: Monotonic) -> bool:
        """Return True if it was acknowledged at once, False if it was at the second try."""
        for is_last in (False, True):
            end = until if is_last else Monotonic(min(until, time.monotonic() + _AGAIN))
            verdict, reply = self._ask(line, message, end)
            if verdict == "taken":
                return not is_last
            self._heed(verdict, reply)
        if reply and reply.time is not None:
            raise Dc09Error(self._clock.give_up(reply.time), answered=True)
        raise Dc09Error(_STALE if verdict == "stale" else _SILENT)

    def _ask(
        self, line: socket.socket, message: Message, end: Monotonic
    ) -> tuple[Verdict | None, Reply | None]:
        """Send `message`; return what the answer means, nothing if there is none before `end`."""
        line.settimeout(_left(end))
        frame, sent_at = self._frame(message), Wall(time.time())
        line.sendall(frame)
        heard, verdict = b"", None
        while (left := end - time.monotonic()) > 0:
            line.settimeout(left)
            try:
                came = line.recv(_READ)
            except TimeoutError:
                break
            if not came:
                raise ConnectionError("the receiver closed the connection without an answer")
            heard += came
            with contextlib.suppress(WireError):
                while found := take_reply(heard):
                    reply, rest = found
                    came, heard = heard[: len(heard) - len(rest)], rest
                    verdict = self._judge(reply, message) or verdict
                    self._exchange = Exchange(MEDIA, frame, sent_at, came, Wall(time.time()))
                    if verdict not in (None, "stale"):
                        return verdict, reply
            heard = heard[-_READ:]
        return verdict, None

    def _judge(self, reply: Reply | None, message: Message) -> Verdict | None:
        who = self._identity
        return judge(reply, who.station, message, who.cipher, self._clock.is_now)

    def _heed(self, verdict: Verdict | None, reply: Reply | None) -> None:
        """Raise Dc09Error for an answer that is final; else the frame is sent once more."""
        if verdict == "refused":
            raise Dc09Error("the receiver cannot process this event (DUH)", refused=True)
        if verdict == "clock" and reply:
            if reply.time is None:
                reason = "the receiver refuses this account or message (NAK)"
                raise Dc09Error(reason, answered=True)
            self._clock.follow(reply.time)

    def _frame(self, message: Message) -> bytes:
        who, stamp = self._identity, write_stamp(self._clock.now())
        if who.cipher:
            return write_sealed(who.station, message, stamp, who.cipher, who.pad)
        return write_clear(who.station, message, stamp)


def _left(until: Monotonic) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
