"""The protocol between the camera process and a player (rtsp_player.py), over two pipes.

Each order is one line, where a stream is or what picture of it is wanted; each answer is a head and
the bytes that it announces.
"""

import struct
from typing import BinaryIO, Final, NamedTuple

# Orders: the next key frame will do, or the newest frame there is.
KEY_FRAME, NEWEST = b"key frame\n", b"newest\n"
PICTURE, REASON, FINAL_REASON = b"P", b"R", b"F"

# Kind, moment in seconds of the wall clock, length of what follows.
_HEAD: Final = struct.Struct("!cdI")
_LARGEST: Final = 5_000_000


class Answer(NamedTuple):
    """A PICTURE taken `at`, or the REASON why the stream ended, in UTF-8.

    A FINAL_REASON is a reason with which the player ends, too.
    """

    kind: bytes
    at: float
    content: bytes


def send(out: BinaryIO, answer: Answer) -> None:
    """Send one answer to the camera process; raises OSError."""
    out.write(_HEAD.pack(answer.kind, answer.at, len(answer.content)) + answer.content)
    out.flush()


def receive(answers: BinaryIO) -> Answer:
    """Wait for what a player says; raises EOFError when it ends or goes wrong."""
    kind, at, length = _HEAD.unpack(_read(answers, _HEAD.size))
    if length > _LARGEST:
        raise EOFError("longer than any picture")
    return Answer(kind, at, _read(answers, length))


def _read(answers: BinaryIO, length: int) -> bytes:
    found = answers.read(length)
    if len(found) < length:
        raise EOFError("the player ended")
    return found
