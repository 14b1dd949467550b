"""What a DC-09 receiver answers.  Pure.

Receivers write NAK in several forms (`R0L0A0`, `L0R0A0`, with an account, without brackets, even a
bare `"NAK"`); an ACK counts only if it names the very frame that it is for, and an encrypted one
only if its time is that of the conversation.  Bytes around a frame are skipped.
"""

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple, cast

from gateway.core.formats.dc09.frame import LARGEST, Cipher, Message, Station, read_stamp, unframe
from wire.errors import WireError
from wire.ids import Wall

Word = Literal["ACK", "NAK", "DUH"]
Verdict = Literal["taken", "clock", "refused", "garbled", "stale"]
"""What an answer means: it is done; the clocks differ; it cannot be processed; the line is bad; it
may be one that somebody has recorded.
"""

# As long as a frame can be, and a greeting before it; what does not end within this is no answer.
LONGEST: Final = LARGEST + 1000
_START: Final = re.compile(rb'\n[0-9A-Fa-f]{4}0([0-9A-Fa-f]{3})(?=")')
_REPLY: Final = re.compile(rb'"(\*?)(ACK|NAK|DUH)"(\d{4})([0-9A-Za-z#]*)(.*)', re.DOTALL)
_BARE: Final = re.compile(rb'"NAK"\s*\Z')
_HEX: Final = re.compile(r"[0-9A-Fa-f]*")


class Reply(NamedTuple):
    """An answer; `route` as the frame was routed, `inside` what follows the route."""

    word: Word
    sealed: bool
    sequence: int
    route: str
    inside: bytes
    time: Wall | None


Garbled: Final = None
"""The receiver's own sign (`LF CR`) that it could not make out what came."""


def take_reply(heard: bytes) -> tuple[Reply | None, bytes] | None:
    """Return the first answer in `heard` and the bytes behind it; None if there is none yet.

    An answer of None is Garbled.  Raises WireError if more came than an answer can have.
    """
    starts = list(_START.finditer(heard))
    for start in starts:
        end = start.end() + int(start[1], 16) + 1
        try:
            return read_reply(heard[start.start() : end]), heard[end:]
        except WireError:
            continue  # not whole yet, or noise that looks like a frame
    if not starts and _BARE.search(heard):
        return Reply("NAK", False, 0, "", b"", None), b""
    if heard == b"\n\r":
        return Garbled, b""
    if len(heard) > LONGEST:
        raise WireError("more bytes than an answer can have")
    return None


def read_reply(framed: bytes) -> Reply:
    """Read one framed answer; raises WireError."""
    body = unframe(framed)
    found = _REPLY.fullmatch(body)
    if found is None:
        raise WireError("a DC-09 frame that is no ACK, NAK or DUH")
    sealed, word, sequence, route, inside = found.groups()
    return Reply(
        cast("Word", word.decode("ascii")),
        bool(sealed),
        int(sequence),
        route.decode("ascii"),
        inside,
        None if sealed else read_stamp(inside),
    )


def judge(
    reply: Reply | None,
    station: Station,
    message: Message,
    cipher: Cipher | None,
    is_now: Callable[[Wall], bool],
) -> Verdict | None:
    """Return what `reply` means for `message`; None if it is not for it, or proves nothing.

    `is_now` tells whether a moment is near to now, by our clock or by the receiver's.
    """
    if reply is None:
        return "garbled"
    if reply.word == "NAK":
        return "clock"
    if reply.sequence != message.sequence or not station.is_named_by(reply.route):
        return None
    if reply.word == "DUH":
        return "refused"
    if cipher is None or not reply.sealed:
        return "taken" if cipher is None and not reply.sealed else None
    return _judge_sealed(reply, cipher, is_now)


def _judge_sealed(ack: Reply, cipher: Cipher, is_now: Callable[[Wall], bool]) -> Verdict | None:
    """An encrypted message is answered in kind, by a receiver that has the key, and at once.

    The time stands behind `]`; some receivers end the clear text with blocks or padding of theirs.
    """
    clear = _decrypted(ack.inside, cipher)
    said = read_stamp(clear.partition(b"]")[2])
    if said is None:
        return None
    return "taken" if is_now(said) else "stale"


def _decrypted(inside: bytes, cipher: Cipher) -> bytes:
    """Return the clear text of what follows `[`; empty if it cannot be one."""
    found = _HEX.match(inside.removeprefix(b"[").decode("latin-1"))
    sealed = bytes.fromhex(found[0]) if found and len(found[0]) % 32 == 0 else b""
    return cipher.decrypt(sealed) if sealed else b""
