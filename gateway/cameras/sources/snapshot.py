"""One picture as the whole of an answer over HTTP: most network cameras serve such snapshots.

Its own markers say when it is whole: cameras give lengths that are too long, or none, begin with
blank lines, forget the end marker, and keep the connection open.  A length is only a bound.  One
without an end marker is passed on as it is: the decoder decides whether it is complete (whole.py).
"""

from typing import Final

from gateway.cameras.sources.mjpeg import BREAKS_OFF, Body, Hold, Pictures
from gateway.cameras.sources.source import CameraError
from wire.clean import clean
from wire.ids import Wall

_CHUNK: Final = 65_536


def read_snapshot(body: Body, content_type: str, largest: int, hold: Hold) -> bytes:
    """Read a picture of at most `largest` bytes; raises CameraError, and what urllib3 raises."""
    pictures, something = Pictures(largest, hold), False
    while some := body.read1(_CHUNK, decode_content=False):
        something = True
        if shot := pictures.feed(some, Wall(0.0)):
            return shot.jpeg
        if pictures.is_something_else:
            break
    if jpeg := pictures.end():
        return jpeg
    if pictures.breaks_off:
        raise CameraError(BREAKS_OFF)
    what = f"no JPEG but {clean(content_type, 60)}" if something else "nothing"
    raise CameraError(f"the camera sends {what}")
