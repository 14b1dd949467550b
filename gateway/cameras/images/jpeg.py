"""Reads the structure of a JPEG without decoding it, and removes what is not picture.  Pure.

So a decompression bomb is recognised by its header before a decoder sees it, no decoder ever sees
metadata, and a picture that is already fit loses location, owner and thumbnail without losing
quality.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

_START: Final = b"\xff\xd8"
END: Final = b"\xff\xd9"
_END: Final = 0xD9
_SCAN: Final = 0xDA
_BASELINE: Final = 0xC0
# Every start-of-frame marker: the C row without tables (C4), reserved (C8) and arithmetic (CC).
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# APP1 to APP13, APP15 and comments say nothing a decoder needs; APP14 says how colour is coded.
_TALK: Final = (frozenset(range(0xE1, 0xF0)) | {0xFE}) - {0xEE}
# JFIF without a thumbnail, length field included.
_PLAIN_JFIF: Final = 16
_APP1: Final = 0xE1
_EXIF: Final = b"Exif\0\0"
_UPRIGHT: Final = 1
_ORIENTATION: Final = 0x0112
# In coded data, FF00 is a byte and FFD0 to FFD7 are restarts; anything else ends the scan.
_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
# An honest picture has about twenty segments, a progressive one ten scans.
_MOST_SEGMENTS: Final = 500
_MOST_TAGS: Final = 200
_LONGEST_PART_HEAD: Final = 1000
# With so many bytes there, what is no marker will not become one.
_SURE: Final = 64


class NotJpegError(ValueError):
    """The bytes are no JPEG, or break off; the text says which."""


class BreaksOffError(NotJpegError):
    """The bytes may be the beginning of a JPEG."""


class NoEndError(NotJpegError):
    """Another picture begins, at `at`, before the end marker of this one: its camera forgot it."""

    def __init__(self, at: int) -> None:
        super().__init__("it is a JPEG without an end")
        self.at = at


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A JPEG as its segments tell it.

    `samples` are those of all colours.  `orientation` is Exif's, 1 to 8: how the camera hung.
    `bare` is the picture without metadata and what follows it.
    """

    width: int
    height: int
    baseline: bool
    samples: int
    scans: int
    orientation: int
    bare: bytes


def read_jpeg(picture: bytes) -> Jpeg:
    """Walk the segments of `picture`; raises NotJpegError."""
    if not picture.startswith(_START):
        raise NotJpegError("not a JPEG")
    frames: list[tuple[int, int, bool, int]] = []
    kept: list[bytes | memoryview] = [_START]
    scans, orientation = 0, _UPRIGHT
    segments, _ = _segments(picture)
    whole = memoryview(picture)
    for marker, begin, end in segments:
        segment = whole[begin:end]
        if marker in _FRAMES:
            frames.append(_frame(marker, segment))
        scans += marker == _SCAN
        if marker == _APP1 and bytes(segment[4 : 4 + len(_EXIF)]) == _EXIF:
            orientation = _orientation(bytes(segment[4 + len(_EXIF) :]))
        if marker not in _TALK and not (marker == 0xE0 and len(segment) != _PLAIN_JFIF + 2):
            kept.append(segment)
    if len(frames) != 1 or not scans:
        raise NotJpegError("a JPEG without a picture")
    return Jpeg(*frames[0], scans, orientation, b"".join(kept))


def length_of(picture: bytes | bytearray) -> int | None:
    """Return the length of the JPEG that `picture` begins with; None if its end has not come yet.

    Raises NotJpegError, NoEndError where the next picture comes first.
    """
    if not picture.startswith(_START):
        raise NotJpegError("not a JPEG")
    try:
        _, length = _segments(picture)
    except BreaksOffError:
        return None
    return length


def without_end(picture: bytes) -> bytes:
    """Return a JPEG whose end marker was forgotten, as far as it goes; raises NotJpegError if its
    coded data has not begun.  Whether that is all there must tell who can decode it.

    What a stream put behind the picture, from the line of a boundary on, is taken off.
    """
    cut = picture.rfind(b"\n--", max(0, len(picture) - _LONGEST_PART_HEAD))
    found = (picture if cut < 0 else picture[:cut].removesuffix(b"\r")).rstrip(b"\xff")
    read_jpeg(found + END)
    return found


def _segments(picture: bytes | bytearray) -> tuple[list[tuple[int, int, int]], int]:
    """Each marker with where it begins and ends, coded data included; and where the last ends."""
    found: list[tuple[int, int, int]] = []
    at = len(_START)
    while len(found) < _MOST_SEGMENTS:
        marker = _MARKER.match(picture, at)
        if not marker:
            kind = BreaksOffError if len(picture) - at < _SURE else NotJpegError
            raise kind("a JPEG that is cut short")
        at, code = marker.end(), picture[marker.end() - 1]
        if code == _END:
            return [*found, (code, at - 2, at)], at
        if code == _START[1] and any(each == _SCAN for each, _, _ in found):
            raise NoEndError(marker.start())
        end = _end_of(picture, at, code)
        found.append((code, at - 2, end))
        at = end
    raise NotJpegError("a JPEG of too many parts")


def _end_of(picture: bytes | bytearray, at: int, code: int) -> int:
    length = int.from_bytes(picture[at : at + 2])
    end = at + length
    if length < 2 or end > len(picture):
        raise BreaksOffError("a JPEG that is cut short")
    if code != _SCAN:
        return end
    following = _MARKER.search(picture, end)
    if not following:
        raise BreaksOffError("a JPEG that is cut short")
    return following.start()


def _frame(marker: int, segment: memoryview) -> tuple[int, int, bool, int]:
    height, width = int.from_bytes(segment[5:7]), int.from_bytes(segment[7:9])
    # Of each colour: its name, how finely it is sampled across and down, and its table.
    finely = [(each >> 4, each & 15) for each in segment[11::3]]
    if not width or not height or not finely or not all(map(all, finely)):
        raise NotJpegError("a JPEG without a picture")
    across, down = (max(each) for each in zip(*finely, strict=True))
    samples = sum(width * height * h * v // (across * down) for h, v in finely)
    return width, height, marker == _BASELINE, samples


def _orientation(tiff: bytes) -> int:
    """Look it up in the first directory of Exif's TIFF; upright if it is not there in due form."""
    order: Literal["little", "big"] = "little" if tiff.startswith(b"II") else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], order)

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), _MOST_TAGS)):
        at = directory + 2 + entry * 12
        if number(at, 2) == _ORIENTATION:
            found = number(at + 8, 2)
            return found if 1 <= found <= 8 else _UPRIGHT
    return _UPRIGHT
