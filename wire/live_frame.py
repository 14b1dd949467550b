"""A live frame: one picture of a camera that somebody at a receiver looks at right now.

`{"type": "incident.frame", "incident", "camera", "taken_at", "age", "jpeg"}`: docs/police.md.
Never decodes the JPEG: what is in one may be hostile.  Pure.
"""

import base64
import binascii
import json
from typing import Any, Final, NamedTuple

from wire.errors import WireError
from wire.fields import moment, seconds, text
from wire.ids import CAMERA, UUID, CameraId, IncidentId, Seconds, Wall
from wire.limits import LARGEST_FRAME, LARGEST_PICTURE
from wire.moment import write_moment

_TYPE: Final = "incident.frame"
_JPEG: Final = b"\xff\xd8\xff"


class LiveFrame(NamedTuple):
    """A JPEG with when it was taken, and how old it was when it left, by one clock: no two clocks
    need agree for its age to be true.
    """

    incident: IncidentId
    camera: CameraId
    taken_at: Wall
    age: Seconds
    jpeg: bytes


def write_frame(frame: LiveFrame) -> str:
    """Write a frame as JSON; raises WireError for a picture that is too large."""
    if len(frame.jpeg) > LARGEST_PICTURE:
        raise WireError(f"jpeg: {len(frame.jpeg)} bytes, and {LARGEST_PICTURE} are the most")
    fields = {
        "type": _TYPE,
        "incident": frame.incident,
        "camera": frame.camera,
        "taken_at": write_moment(frame.taken_at),
        "age": round(frame.age, 3),
        "jpeg": base64.b64encode(frame.jpeg).decode(),
    }
    return json.dumps(fields, separators=(",", ":"))


def read_frame(body: bytes) -> LiveFrame:
    """Read what a school sent; raises WireError for anything that is no frame."""
    if len(body) > LARGEST_FRAME:
        raise WireError(f"the frame has {len(body)} bytes, and {LARGEST_FRAME} are the most")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WireError("the frame is not JSON") from error
    if not isinstance(found, dict):
        raise WireError("the frame is not an object")
    if found.get("type") != _TYPE:
        raise WireError(f"type: not {_TYPE}")
    return LiveFrame(
        IncidentId(text(found, "incident", UUID)),
        CameraId(text(found, "camera", CAMERA)),
        moment(found, "taken_at"),
        seconds(found, "age"),
        _jpeg(found.get("jpeg")),
    )


def _jpeg(found: Any) -> bytes:
    if not isinstance(found, str):
        raise WireError("jpeg: missing, or not base64")
    try:
        jpeg = base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("jpeg: not base64") from error
    if not jpeg.startswith(_JPEG):
        raise WireError("jpeg: not a JPEG")
    if len(jpeg) > LARGEST_PICTURE:
        raise WireError(f"jpeg: {len(jpeg)} bytes, and {LARGEST_PICTURE} are the most")
    return jpeg
