"""DC-09 frames: from their parts to bytes and back.  Pure.

    <LF> crc 0len "token" sequence Rreceiver Lline #account [data][blocks]_time <CR>

An encrypted frame hides everything after the first `[`.  DC-09 has no integrity check but a CRC:
what comes back proves nothing against an attacker on the line, unless it is encrypted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from wire.errors import WireError
from wire.ids import Wall

LAST_SEQUENCE: Final = 9999
# Three hexadecimal digits of length.
LARGEST: Final = 0xFFF
_BLOCK: Final = 16
# A pad of at least one block makes the first one random, for the initial vector is all zeros.
# Letters and digits, for receivers read the clear text as ASCII or UTF-8 and drop all other bytes.
_PADDING: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_STAMP: Final = "_%H:%M:%S,%m-%d-%Y"
_STAMPED: Final = re.compile(rb"_(\d\d:\d\d:\d\d,\d\d-\d\d-\d{4})")
# A receiver that names another year has no clock to follow.
_YEARS: Final = range(2000, 2100)
_FRAME: Final = re.compile(rb"\n([0-9A-Fa-f]{4})0([0-9A-Fa-f]{3})(\".*)\r", re.DOTALL)


class Cipher(Protocol):
    """AES-CBC with an initial vector of zeros, without padding; whole blocks alone."""

    def encrypt(self, clear: bytes) -> bytes:
        """Return the ciphertext."""

    def decrypt(self, sealed: bytes) -> bytes:
        """Return the clear text."""


class Random(Protocol):
    """A source of random bytes, such as `secrets.token_bytes`."""

    def __call__(self, size: int, /) -> bytes:
        """Return `size` random bytes."""


@dataclass(frozen=True, slots=True)
class Station:
    """Who we are at a receiver: hexadecimal digits as agreed with the centre.

    An empty `receiver` leaves out the receiver number R, for receivers that know none.
    """

    account: str
    receiver: str = "0"
    line: str = "0"

    @property
    def route(self) -> str:
        """How a frame names us."""
        number = f"R{self.receiver}" if self.receiver else ""
        return f"{number}L{self.line}#{self.account}"

    def is_named_by(self, route: str) -> bool:
        """True if an answer with this `route` is for us; not every receiver repeats its number."""
        number = f"R{self.receiver}" if self.receiver else "(R[0-9A-F]{1,6}|NONE)"
        return bool(re.fullmatch(f"({number})?L{self.line}#{self.account}", route.upper()))


class Message(NamedTuple):
    """What a frame carries: `data` between its first brackets, `blocks` of text behind them."""

    token: str
    sequence: int
    data: str = ""
    blocks: str = ""


def crc(body: bytes) -> int:
    """Return CRC-16/ARC of `body`."""
    found = 0
    for byte in body:
        found ^= byte
        for _ in range(8):
            found = (found >> 1) ^ 0xA001 if found & 1 else found >> 1
    return found


def frame(body: bytes) -> bytes:
    """Put `body` into a frame; raises ValueError if it is too long for one."""
    if len(body) > LARGEST:
        raise ValueError(f"{len(body)} bytes are too long for a DC-09 frame")
    return b"\n%04X0%03X%s\r" % (crc(body), len(body), body)


def unframe(framed: bytes) -> bytes:
    """Return the body of a frame; raises WireError if its form, length or CRC is wrong."""
    found = _FRAME.fullmatch(framed)
    if found is None:
        raise WireError("not a DC-09 frame")
    body = found[3]
    if int(found[2], 16) != len(body):
        raise WireError("a DC-09 frame of another length than it says")
    if int(found[1], 16) != crc(body):
        raise WireError("a DC-09 frame whose CRC is wrong")
    return body


def write_stamp(at: Wall) -> str:
    """Write the time of a frame, UTC."""
    return datetime.fromtimestamp(at, UTC).strftime(_STAMP)


def read_stamp(body: bytes) -> Wall | None:
    """Return the time in `body`, whatever follows it; None if there is no possible one."""
    found = _STAMPED.search(body)
    if found is None:
        return None
    try:
        when = datetime.strptime(f"{found[1].decode()}+0000", "%H:%M:%S,%m-%d-%Y%z")
    except ValueError:
        return None
    return Wall(when.timestamp()) if when.year in _YEARS else None


def write_clear(station: Station, message: Message, stamp: str = "") -> bytes:
    """Write a frame in clear."""
    head = f'"{message.token}"{message.sequence:04d}{station.route}['
    return frame(f"{head}{message.data}]{message.blocks}{stamp}".encode("ascii"))


def write_sealed(
    station: Station, message: Message, stamp: str, cipher: Cipher, pad: Random
) -> bytes:
    """Write an encrypted frame, which must bear a time; `pad` gives bytes other than `[]|`.

    The `|` behind the pad stands in every encrypted message, in one without data, too
    (DC-09-2013, 5.4.4.3).
    """
    tail = f"|{message.data}]{message.blocks}{stamp}".encode("ascii")
    sealed = cipher.encrypt(pad(_BLOCK + -len(tail) % _BLOCK) + tail)
    head = f'"*{message.token}"{message.sequence:04d}{station.route}['
    return frame(head.encode("ascii") + sealed.hex().upper().encode("ascii"))


def padding(random: Callable[[int], bytes]) -> Random:
    """Turn a source of random bytes into one of pad bytes."""

    def pad(size: int, /) -> bytes:
        # 65,536 is so far above the 62 bytes to choose from that the bias is no help to anybody.
        raw = random(2 * size)
        pairs = zip(raw[::2], raw[1::2], strict=True)
        return bytes(_PADDING[(high << 8 | low) % len(_PADDING)] for high, low in pairs)

    return pad
