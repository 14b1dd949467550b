"""Events of the owner loop, from workers and from those who need cameras.  Values only."""

from enum import Enum
from typing import NamedTuple

from wire.ids import CameraId, Wall


class Pace(Enum):
    """How often a camera is asked, by who needs it; the value is seconds from asking to asking."""

    REST = 1.0  # nobody: a frame no older than 2 s lies ready if the camera answers within 1 s
    INCIDENT = 0.5  # an open incident
    WATCHED = 0.2  # a person is watching it


class Why(Enum):
    """What a camera is needed for."""

    INCIDENT = "incident"  # pictures go into an open incident
    VIEW = "view"  # somebody views an open incident
    TEST = "test"  # an administrator, by name, tests it


class Lease(NamedTuple):
    """A camera is needed now; `by` is who tests it, and otherwise empty."""

    camera: CameraId
    why: Why
    by: str


class Shot(NamedTuple):
    """A JPEG as a source gave it; `taken_at` is never later than what it shows."""

    jpeg: bytes
    taken_at: Wall


class Took(NamedTuple):
    """A picture within bounds."""

    camera: CameraId
    worker: int
    jpeg: bytes
    taken_at: Wall


class Failed(NamedTuple):
    """No picture this time; `reason` is in words fit to be shown."""

    camera: CameraId
    worker: int
    reason: str
