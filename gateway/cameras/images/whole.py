"""Tells whether the coded data of a JPEG reaches the end of its picture.

A decoder fills what is missing with grey and says nothing.  So bytes are put behind the data: where
all of it is there they change nothing, where it breaks off they are taken for pixels.
"""

import io
import random
from typing import Final

from PIL import Image

from gateway.cameras.images.jpeg import END

# No 0xFF in them, which would begin a marker; more than the 2,000 bytes that ten blocks can need.
_PIXELS: Final = bytes(random.Random(1).choices(range(255), k=8_000))  # noqa: S311  (no secret)
_RESTARTS: Final = range(0xD0, 0xD8)
_EIGHTH: Final = 8


def reaches_its_end(picture: bytes) -> bool:
    """True if `picture`, of one baseline scan, has all its pixels; raises what Pillow raises.

    Its last blocks may still lack some detail.
    """
    data = picture.removesuffix(END)
    # At a restart marker the decoder waits for the next one: pixels may go on behind it alone.
    tails = (b"", _PIXELS, _next_restart(data) + _PIXELS)
    first, *others = (_pixels(data + tail + END) for tail in tails)
    return all(each == first for each in others)


def _next_restart(data: bytes) -> bytes:
    found = {data.rfind(bytes([0xFF, code])): code for code in _RESTARTS}
    last = found[max(found)]
    return bytes([0xFF, _RESTARTS[(last - _RESTARTS[0] + 1) % 8 if max(found) >= 0 else 0]])


def _pixels(picture: bytes) -> bytes:
    """Decode an eighth of the size in shades of grey: the mean of each block."""
    with Image.open(io.BytesIO(picture), formats=["JPEG"]) as opened:
        opened.draft("L", (max(1, opened.width // _EIGHTH), max(1, opened.height // _EIGHTH)))
        return opened.tobytes()
