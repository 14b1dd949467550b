"""The few MQTT 5 packets that a unit needs, packed by hand: a storm must not wait for its maker."""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

PUBLISH: Final = 3
SUBACK: Final = 9

_CLEAN_START: Final = 2
# Subscription at QoS 0, and no retained messages.
_AT_MOST_ONCE: Final = 0x20


class Packet(NamedTuple):
    """One packet as it came: its type, its flags, and what follows the fixed header."""

    kind: int
    flags: int
    body: bytes


def connect(client_id: str, keepalive: int) -> bytes:
    """Ask to be let in, with a clean start; `keepalive` in seconds."""
    head = _text("MQTT") + struct.pack("!BBHB", 5, _CLEAN_START, keepalive, 0)
    return _packet(0x10, head + _text(client_id))


def subscribe(topic: str) -> bytes:
    """Subscribe to `topic` at QoS 0 as a unit does, as packet 1."""
    return _packet(0x82, struct.pack("!HB", 1, 0) + _text(topic) + bytes([_AT_MOST_ONCE]))


def publish(topic: str, payload: bytes, number: int) -> bytes:
    """Publish at QoS 1 as packet `number`."""
    return _packet(0x32, _text(topic) + struct.pack("!HB", number, 0) + payload)


def payload_of(publish_body: bytes) -> bytes:
    """Return the payload of a PUBLISH at QoS 0."""
    length, at = _read_length(publish_body, _after_topic(publish_body))
    return publish_body[at + length :]


def split(buffer: bytearray) -> Iterator[Packet]:
    """Take the whole packets off the front of `buffer`."""
    while len(buffer) >= 2:
        length, start = _read_length(buffer, 1)
        if length < 0 or len(buffer) < start + length:
            return
        head, body = buffer[0], bytes(buffer[start : start + length])
        del buffer[: start + length]
        yield Packet(head >> 4, head & 15, body)


def _after_topic(body: bytes) -> int:
    return 2 + int.from_bytes(body[:2])


def _text(text: str) -> bytes:
    return struct.pack("!H", len(text.encode())) + text.encode()


def _packet(head: int, body: bytes) -> bytes:
    return bytes([head]) + _length(len(body)) + body


def _length(number: int) -> bytes:
    """Write a number as MQTT's variable byte integer."""
    digits = bytearray()
    while True:
        number, digit = divmod(number, 128)
        digits.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(digits)


def _read_length(buffer: bytes | bytearray, at: int) -> tuple[int, int]:
    """Read a variable byte integer: (number, index after it), or (-1, at) if it is cut off."""
    number = 0
    for shift, digit in enumerate(buffer[at : at + 4]):
        number |= (digit & 0x7F) << 7 * shift
        if digit < 0x80:
            return number, at + shift + 1
    return -1, at
