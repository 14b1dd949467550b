"""A picture of a report: extracted from its text, and verified against its sender's hash.  Pure.

Never decodes the JPEG: what is in one may be hostile, and only the browser's sandbox need open it.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from police.sanitize import moment, number, text
from wire.ids import CAMERA

# Five times what a gateway sends.
LARGEST: Final = 1_000_000
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_JPEG: Final = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG with where and when it was taken; `seconds_from_press` is None if nobody knows."""

    camera: str
    room: str
    taken_at: str
    seconds_from_press: float | None
    sha256: str
    jpeg: bytes


def read_picture(found: Any) -> Picture | str:
    """Return the picture, or in words why it cannot be kept."""
    if not isinstance(found, dict):
        return "a picture is not an object"
    camera, sha256 = found.get("camera"), found.get("sha256")
    if not isinstance(camera, str) or not CAMERA.fullmatch(camera):
        return "a picture does not name its camera"
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        return f"{camera}: the picture has no sha256"
    jpeg = _jpeg(found.get("jpeg"))
    if isinstance(jpeg, str):
        return f"{camera}: {jpeg}"
    if hashlib.sha256(jpeg).hexdigest() != sha256:
        return f"{camera}: the picture is not the one its sha256 speaks of"
    taken_at = moment(found.get("taken_at"))
    if taken_at is None:
        return f"{camera}: the picture does not say when it was taken"
    return Picture(
        camera=camera,
        room=text(found.get("room"), 80),
        taken_at=taken_at,
        seconds_from_press=number(found.get("seconds_from_press")),
        sha256=sha256,
        jpeg=jpeg,
    )


def _jpeg(found: Any) -> bytes | str:
    if not isinstance(found, str) or len(found) > LARGEST * 4 // 3 + 4:
        return f"the picture is missing, or larger than {LARGEST} bytes"
    try:
        jpeg = base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError):
        return "the picture is not base64"
    return jpeg if jpeg.startswith(_JPEG) else "the picture is not a JPEG"
