"""What workers and sources say to the owner loop.  Values only."""

from typing import NamedTuple

from wire.ids import CameraId, Wall


class Took(NamedTuple):
    """A picture within bounds; `taken_at` is when it was asked for, so it is never older."""

    camera: CameraId
    worker: int
    jpeg: bytes
    taken_at: Wall


class Failed(NamedTuple):
    """No picture this time; `reason` is in words fit to be shown."""

    camera: CameraId
    worker: int
    reason: str
