"""Reads the memory folder in which the camera process leaves the newest frame of each camera.

`<camera>.jpg` is the frame, its modification time when it was taken; `<camera>.error` says in one
line why there is none, its time since when.  Both are replaced whole, so a reader never meets half
of one.  Where the site allows it, `<camera>.<number>.past` are the frames of the last seconds.

Never talks to a camera and never decodes a picture: what is in one may be hostile, and the alert
path must survive it.
"""

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from gateway.config.frame_names import PAST, PICTURE, REASON
from gateway.core.values import Frame
from wire.clean import clean
from wire.ids import CAMERA, CameraId, Seconds, Wall

# An older picture must not pass for a live one.
ALIVE_FOR: Final = Seconds(10.0)

# Twice what the camera process ever writes; a report of some pictures stays far below 8 MB.
_LARGEST: Final = 400_000
_LONGEST_REASON: Final = 200
# A link could lead anywhere; a pipe put in a frame's place would hold the reader for ever.
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_JPEG: Final = b"\xff\xd8\xff"


class Unavailable(NamedTuple):
    """A camera that shows nothing, why, and since when; None if it never showed anything."""

    camera: CameraId
    reason: str
    since: Wall | None


class FrameFolder:
    """The folder as it is at the moment of asking; no question waits, none raises."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)

    def newest(self, camera: CameraId) -> Frame | None:
        """Return the frame that lies ready, however old; None if there is none worth sending."""
        found = self._read(camera, PICTURE, _LARGEST)
        if found is None or not found[0].startswith(_JPEG):
            return None
        return Frame(camera, *found)

    def reason(self, camera: CameraId) -> str | None:
        """Return why the camera gives nothing, in words fit to be shown; None if it works."""
        found = self._read(camera, REASON, _LONGEST_REASON * 4)
        if found is None:
            return None
        return _line(found[0])

    def current(self, camera: CameraId, now: Wall) -> Frame | Unavailable:
        """Return what a person may be shown of the camera at `now`: what is alive, or why not."""
        frame = self.newest(camera)
        if frame and abs(now - frame.taken_at) <= ALIVE_FOR:
            return frame
        told = self._read(camera, REASON, _LONGEST_REASON * 4)
        if told:
            return Unavailable(camera, _line(told[0]), told[1])
        return Unavailable(
            camera, "the camera process writes no pictures", frame.taken_at if frame else None
        )

    def past(self, camera: CameraId, since: Wall) -> list[Frame]:
        """Return the frames taken from `since` on that still lie there, the oldest first."""
        if not CAMERA.fullmatch(camera):
            return []
        paths = Path(self._folder).glob(f"{camera}.*{PAST}")
        read = [self._read(camera, path.name.removeprefix(camera), _LARGEST) for path in paths]
        frames = [Frame(camera, *each) for each in read if each and each[0].startswith(_JPEG)]
        found = [each for each in frames if each.taken_at >= since]
        return sorted(found, key=lambda frame: frame.taken_at)

    def _read(self, camera: CameraId, kind: str, largest: int) -> tuple[bytes, Wall] | None:
        if not CAMERA.fullmatch(camera):
            return None
        try:
            file = os.open(f"{self._folder}/{camera}{kind}", _OPEN)
        except OSError:
            return None
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or not 0 < found.st_size <= largest:
                return None
            return os.read(file, largest), Wall(found.st_mtime_ns / 1e9)
        except OSError:
            return None
        finally:
            os.close(file)


def _line(text: bytes) -> str:
    return clean(text.decode(errors="replace").strip(), _LONGEST_REASON)
