"""Draws a picture that says TEST, as a JPEG, with nothing but Python.  Pure.

A kit that is tried for an afternoon should need no image library.  Baseline JPEG (ITU-T T.81) of
one grey component, in which each block of 8 by 8 is one tone: only DC coefficients are written.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

# Each letter of TEST as five rows of bits; between two letters one dark column.
_ROWS: Final = (
    "111 111 111 111",
    "010 100 100 010",
    "010 111 111 010",
    "010 100 001 010",
    "010 111 111 010",
)
_WIDTH: Final = 19  # blocks: the word and two on each side
_HEIGHT: Final = 11  # blocks: the word, three above and below
_LIGHT: Final = 100  # tones as DC coefficients, quantised by 8: 0 is middle grey
_DARK: Final = -90
# How many codes of each length 1 to 16, then the values: T.81, K.3.1 for DC; for AC, end of block.
_DC_TABLE: Final = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, *[0] * 7]) + bytes(range(12))
_AC_TABLE: Final = bytes([1, *[0] * 15]) + b"\0"
_END_OF_BLOCK: Final = "0"
_LONGEST_COMMENT: Final = 65_000


def draw_test(camera: str, at_least: int = 0) -> bytes:
    """Return a JPEG of 152 by 88 pixels, its own for each `camera`, `at_least` so many bytes."""
    picture = b"".join(
        (
            _segment(0xDB, b"\0" + b"\x08" * 64),
            _segment(0xC0, struct.pack(">BHHB3B", 8, _HEIGHT * 8, _WIDTH * 8, 1, 1, 0x11, 0)),
            _segment(0xC4, b"\x00" + _DC_TABLE),
            _segment(0xC4, b"\x10" + _AC_TABLE),
            _segment(0xDA, bytes([1, 1, 0x00, 0, 63, 0])),
            _packed("".join(_bits(zlib.crc32(camera.encode()) % 60))),
            b"\xff\xd9",
        )
    )
    padding = b"".join(_comments(at_least - len(picture)))
    return b"\xff\xd8" + _segment(0xFE, f"TEST, {camera}".encode()) + padding + picture


def _comments(missing: int) -> Iterator[bytes]:
    """Yield comment segments of at least `missing` bytes: the size of a real camera's picture."""
    while missing > 0:
        yield _segment(0xFE, b"TEST" * (min(missing, _LONGEST_COMMENT) // 4 + 1))
        missing -= _LONGEST_COMMENT


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _tones(shade: int) -> Iterator[int]:
    dark = _DARK + shade
    for y in range(_HEIGHT):
        row = _ROWS[y - 3] if 3 <= y < 3 + len(_ROWS) else ""
        line = row.replace(" ", "0").center(_WIDTH, "0") if row else "0" * _WIDTH
        yield from (_LIGHT if bit == "1" else dark for bit in line)


def _bits(shade: int) -> Iterator[str]:
    """Code each block as the difference to the one before it."""
    codes = _dc_codes()
    before = 0
    for tone in _tones(shade):
        difference, before = tone - before, tone
        size = abs(difference).bit_length()
        value = difference if difference >= 0 else difference + (1 << size) - 1
        yield codes[size] + (f"{value:0{size}b}" if size else "") + _END_OF_BLOCK


def _dc_codes() -> list[str]:
    """Return the code of each size, as T.81 C.2 derives them from the counts."""
    codes: list[str] = []
    code = 0
    for length, count in enumerate(_DC_TABLE[:16], 1):
        for _ in range(count):
            codes.append(f"{code:0{length}b}")
            code += 1
        code <<= 1
    return codes


def _packed(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return data.replace(b"\xff", b"\xff\x00")
