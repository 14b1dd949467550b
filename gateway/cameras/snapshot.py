"""One picture as the whole of an answer over HTTP: most network cameras hand out such snapshots."""

from typing import Final, Protocol

from gateway.cameras.source import CameraError
from wire.clean import clean

_MAGIC: Final = b"\xff\xd8\xff"


class Body(Protocol):
    """The body of an answer, as urllib3 gives it."""

    def read(self, amt: int, decode_content: bool) -> bytes:
        """Return at most `amt` bytes; empty at the end."""


def read_snapshot(body: Body, content_type: str, largest: int) -> bytes:
    """Read a picture of at most `largest` bytes; raises CameraError, and what urllib3 raises."""
    found = bytearray(body.read(len(_MAGIC), decode_content=False))
    if found != _MAGIC:
        raise CameraError(f"it sends no JPEG but {clean(content_type, 60)}")
    # To the end: only the read after the last byte tells a whole answer from half of one.
    while more := body.read(largest, decode_content=False):
        found += more
        if len(found) >= largest:
            raise CameraError(f"it sends more than {largest // 1_000_000} MB")
    return bytes(found)
