"""What a DC-09 receiver answers.  Pure.

Receivers write NAK in several forms (`R0L0A0`, `L0R0A0`, with an account, even a bare `"NAK"`);
an ACK counts only if it names the very frame that it is for.
"""

import re
from typing import Final, Literal, NamedTuple, cast

from gateway.formats.dc09.frame import LARGEST, Cipher, Message, Station, read_stamp, unframe
from wire.errors import WireError
from wire.ids import Wall

Word = Literal["ACK", "NAK", "DUH"]
Verdict = Literal["taken", "clock", "refused", "garbled"]
"""What an answer means: it is done; the clocks differ; it cannot be processed; the line is bad."""

# As long as a frame can be; what does not end within this is no answer.
LONGEST: Final = LARGEST + 10
_REPLY: Final = re.compile(
    rb'"(\*?)(ACK|NAK|DUH)"(\d{4})((?:[RL][0-9A-Fa-f]{1,6}){1,2})([#A]?[0-9A-Fa-f]{1,16})\[(.*)',
    re.DOTALL,
)


class Reply(NamedTuple):
    """An answer; `route` as the frame was routed, `inside` what follows the first `[`."""

    word: Word
    sealed: bool
    sequence: int
    route: str
    inside: bytes
    time: Wall | None


Garbled: Final = None
"""The receiver's own sign (`LF CR`) that it could not make out what came."""


def take_reply(heard: bytes) -> tuple[Reply | None, bytes] | None:
    """Return the first answer in `heard` and the bytes behind it; None if it is not whole yet.

    An answer of None is Garbled.  Raises WireError if what came is no answer.
    """
    if heard.strip() == b'"NAK"':
        return Reply("NAK", False, 0, "", b"", None), b""
    end = heard.find(b"\r")
    begin = heard.rfind(b"\n", 0, max(end, 0))
    if begin < 0 or end < 0:
        if len(heard) > LONGEST:
            raise WireError("more bytes than an answer can have")
        return None
    framed, rest = heard[begin : end + 1], heard[end + 1 :]
    return (Garbled if framed == b"\n\r" else read_reply(framed)), rest


def read_reply(framed: bytes) -> Reply:
    """Read one framed answer; raises WireError."""
    body = unframe(framed)
    found = _REPLY.fullmatch(body)
    if found is None:
        raise WireError("a DC-09 frame that is no ACK, NAK or DUH")
    sealed, word, sequence, places, account, inside = found.groups()
    route = (places + account).decode("ascii")
    return Reply(
        cast("Word", word.decode("ascii")),
        bool(sealed),
        int(sequence),
        route,
        inside,
        None if sealed else read_stamp(inside),
    )


def judge(
    reply: Reply | None, station: Station, message: Message, cipher: Cipher | None
) -> Verdict | None:
    """Return what `reply` means for `message`; None if it is not for it, or proves nothing."""
    if reply is None:
        return "garbled"
    if reply.word == "NAK":
        return "clock"
    if reply.sequence != message.sequence or reply.route.upper() != station.route.upper():
        return None
    if reply.word == "DUH":
        return "refused"
    return "taken" if _is_ours(reply, cipher) else None


def _is_ours(ack: Reply, cipher: Cipher | None) -> bool:
    """An encrypted message is answered in kind, by whoever has the key."""
    if cipher is None or not ack.sealed:
        return cipher is None and not ack.sealed
    try:
        sealed = bytes.fromhex(ack.inside.decode("ascii"))
    except ValueError:
        return False
    if not sealed or len(sealed) % 16:
        return False
    clear = cipher.decrypt(sealed)
    return b"]" in clear and read_stamp(clear) is not None
