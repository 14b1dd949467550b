"""The lines of HTTP/1.1 that a peer sends, refused before they cost h11 much.

h11 0.16 looks for a field in a line by an expression whose time grows with the square of a run of
blanks, if the line holds what no field may hold: 63,000 blanks and a NUL took 12 s, in one call.
Lines without control characters it reads in a time that grows with their length.  It bounds a head
that is incomplete, and none that came at once; nor how many lines there are, or chunks of a byte.
"""

import re
from typing import Final

import h11
from h11._receivebuffer import ReceiveBuffer

LONGEST_HEAD: Final = 16_384
"""Bytes of a head, or of what follows a body in chunks."""

MOST_LINES: Final = 128
"""Lines of a head.  Browsers send some twenty; others take 100 fields at the most."""

_END: Final = re.compile(rb"(?:\A|\n)\r?\n")
# RFC 9110, 5.5: everything but the control characters, of which a field may hold a tab.
_TEXT: Final = bytes(each for each in range(256) if each >= 0x20 or each == 0x09).replace(
    b"\x7f", b""
)
# A body may come in so many chunks as short as its sender likes; beyond them they must be worth it.
_SHORT_CHUNKS: Final = 1_000
_WORTH_A_CHUNK: Final = 64


def bounded_http(role: type[h11.CLIENT] | type[h11.SERVER]) -> h11.Connection:
    """Return an h11.Connection that refuses lines which would cost it much.

    Its `next_event` raises RemoteProtocolError for them, as for all that is no HTTP.
    """
    http = h11.Connection(role, max_incomplete_event_size=LONGEST_HEAD)
    # h11 offers no other place between cutting a head off from what came and reading it.
    http._receive_buffer = _Lines()
    return http


class _Lines(ReceiveBuffer):
    """What came and was not read yet; h11 takes lines from it, and parts of a body."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks = self._body = 0

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Take a head, or what follows a body in chunks, once it is whole."""
        if len(self) > LONGEST_HEAD and not _END.search(bytes(self)[:LONGEST_HEAD]):
            raise _refused(f"a head of more than {LONGEST_HEAD} bytes")
        lines = super().maybe_extract_lines()
        if lines:
            if len(lines) > MOST_LINES:
                raise _refused(f"a head of more than {MOST_LINES} lines")
            _must_be_text(b"".join(lines))
            self._chunks = self._body = 0
        return lines

    def maybe_extract_next_line(self) -> bytearray | None:
        """Take the line that begins a chunk, once it is whole."""
        line = super().maybe_extract_next_line()
        if line is not None:
            _must_be_text(line[:-2])
            self._chunks += 1
            if self._chunks > _SHORT_CHUNKS + self._body // _WORTH_A_CHUNK:
                raise _refused("a body in chunks of some bytes each")
        return line

    def maybe_extract_at_most(self, count: int) -> bytearray | None:
        """Take what is there of a body, so many bytes at the most."""
        part = super().maybe_extract_at_most(count)
        self._body += len(part or b"")
        return part


def _must_be_text(line: bytes | bytearray) -> None:
    if line.translate(None, _TEXT):
        raise _refused("a control character in a head")


def _refused(what: str) -> h11.RemoteProtocolError:
    return h11.RemoteProtocolError(what, error_status_hint=431)
