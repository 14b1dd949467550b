"""Turns whatever a camera sent into a small baseline JPEG that holds a picture and nothing else.

The only module, with whole.py, that decodes data from outside; runs in workers, never in the alert
path.
"""

import io
import struct
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Final

from PIL import Image

from gateway.cameras.images.jpeg import (
    END,
    BreaksOffError,
    Jpeg,
    NotJpegError,
    read_jpeg,
    without_end,
)
from gateway.cameras.images.whole import reaches_its_end
from gateway.cameras.sources.source import CameraError
from wire.limits import LARGEST_PICTURE

LONGEST_SIDE: Final = 1280
# Above any camera on sale; decoding shrinks on the way, so it never lies in memory whole.
_MOST_PIXELS: Final = 40_000_000
# A picture of several scans does lie in memory whole, at 2 bytes a sample beside its pixels, and
# each scan costs time: 1920 x 1080 with colours at half the width and height.
_MOST_SAMPLES_IN_SCANS: Final = 3_200_000
_MOST_SCANS: Final = 32
# At 4 bytes each: 1920 x 1080, and 3840 x 2160 halved.  12 megapixels become 1000 x 750.
_MOST_PIXELS_DECODED: Final = 2_100_000
_PARTS: Final = (1, 2, 4, 8)
# Rows that are made small at a time.
_STRIP: Final = 64
# Shrinking is most of the cost: 1920 x 1080 takes 30 ms with this filter, 40 with the bicubic one.
_FILTER: Final = Image.Resampling.BILINEAR
# Longest side and quality, tried in turn; the last one fits even if the picture is noise.
_STEPS: Final = ((1280, 80), (1280, 60), (1280, 40), (960, 40), (640, 40), (320, 40))
# What makes a picture upright, by the orientation that Exif gives it.
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises over a damaged or hostile JPEG.
_REFUSALS: Final = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    ArithmeticError,
    struct.error,
)

Decoder = Callable[[], AbstractContextManager[None]]
"""What has one picture decoded at a time, of all those who share it."""


def sanitize(picture: bytes, decoder: Decoder = nullcontext) -> bytes:
    """Return `picture` within LONGEST_SIDE and LARGEST_PICTURE, without metadata.

    Raises CameraError.  Decodes, and copies what is large, while it has the `decoder`.

    An end marker that its camera forgot is put there, if all the rest is.
    """
    with ExitStack() as stack:
        if len(picture) > LARGEST_PICTURE:
            stack.enter_context(decoder())
        try:
            found, has_end = _read(picture)
            is_small = len(picture) <= LARGEST_PICTURE
            del picture  # who asks keeps none: one copy is enough beside its pixels
            _must_be_harmless(found)
            if _is_fit(found) and has_end:
                return found.bare
            if is_small:
                stack.enter_context(decoder())
            if not has_end:
                _must_be_whole(found)
            if _is_fit(found):
                return found.bare
            turn, image = _TURNS.get(found.orientation), _decoded(found)
            del found  # its bytes, which may take as much as the small picture
            image = _shrunk(image)
            return _encoded(image if turn is None else image.transpose(turn))
        except NotJpegError as error:
            raise CameraError(f"the camera returned an unusable image: {error}") from error
        except _REFUSALS as error:
            raise CameraError("the camera's image cannot be decoded") from error


def _read(picture: bytes) -> tuple[Jpeg, bool]:
    """Return what is found, and whether its end marker is there."""
    try:
        return read_jpeg(picture), True
    except BreaksOffError:
        return read_jpeg(without_end(picture) + END), False


def _must_be_whole(found: Jpeg) -> None:
    if not (found.baseline and found.scans == 1):
        raise NotJpegError("a JPEG without its end marker")
    if not reaches_its_end(found.bare):
        raise NotJpegError("a JPEG that breaks off before its end")


def _must_be_harmless(found: Jpeg) -> None:
    is_one = found.baseline and found.scans == 1
    is_small = found.width * found.height <= _MOST_PIXELS and (
        is_one or found.samples <= _MOST_SAMPLES_IN_SCANS
    )
    if not is_small or found.scans > _MOST_SCANS:
        size = f"{found.width} x {found.height} pixels in {found.scans} scans"
        raise CameraError(f"the camera's picture is too big to decode: {size}")


def _is_fit(found: Jpeg) -> bool:
    return (
        max(found.width, found.height) <= LONGEST_SIDE
        and len(found.bare) <= LARGEST_PICTURE
        and found.baseline
        and found.orientation not in _TURNS
    )


def _encoded(image: Image.Image) -> bytes:
    jpeg = b""
    for side, quality in _STEPS:
        image.thumbnail((side, side), _FILTER)
        jpeg = _encode(image, quality)
        if len(jpeg) <= LARGEST_PICTURE:
            break
    return jpeg


def _decoded(found: Jpeg) -> Image.Image:
    """Return its pixels, by which the decoder left out what is above memory's bound."""
    part = _part(found)
    with Image.open(io.BytesIO(found.bare), formats=["JPEG"]) as opened:
        # Lets the decoder itself leave out pixels, before memory is taken for them.
        opened.draft(None, (found.width // part, found.height // part))
        opened.load()
    return opened


def _shrunk(image: Image.Image) -> Image.Image:
    """Return it within LONGEST_SIDE: by strips, so that no third size of it lies in memory."""
    width, height = _within(*image.size)
    small = Image.new(image.mode, (width, height))
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        rows = (0, top * image.height / height, image.width, bottom * image.height / height)
        small.paste(image.resize((width, bottom - top), _FILTER, rows), (0, top))
    return small if small.mode in ("L", "RGB") else small.convert("RGB")


def _within(width: int, height: int) -> tuple[int, int]:
    part = min(1.0, LONGEST_SIDE / max(width, height))
    return max(1, round(width * part)), max(1, round(height * part))


def _part(found: Jpeg) -> int:
    """Of how many pixels in a row the decoder makes one: as few as memory bears."""
    longest, pixels = max(found.width, found.height), found.width * found.height
    fine = [each for each in _PARTS if longest // each >= LONGEST_SIDE] or [1]
    small = [each for each in _PARTS if pixels <= _MOST_PIXELS_DECODED * each * each]
    return max(fine[-1], small[0])


def _encode(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
