"""Writes the memory folder that gateway/cameras/frames.py reads; no other process writes there.

Every file name is made of a camera's configured id, never of anything that a camera sent.  A file
is whole, for the folder's group to read, and has its right time before it gets its name.
"""

import contextlib
import os
import stat
from collections import deque
from pathlib import Path
from typing import Final

from gateway.cameras.leases import READABLE
from gateway.config.frame_names import HALF, MARK, PAST, PICTURE, REASON, is_frame
from wire.ids import CameraId, Seconds, Wall

NOTHING: Final = Seconds(0.0)
# Half a minute at five a second; more would be for a clock that was set back.
_MOST_PAST: Final = 150
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class NotOurFolderError(Exception):
    """The folder named in the settings holds other files; the installer's to mend."""


class FrameWriter:
    """The folder, made private and emptied of what an earlier run left.

    Of each camera it holds the newest frame, and those of the `past` seconds before it.
    """

    def __init__(self, folder: Path, past: Seconds = NOTHING) -> None:
        """Raises NotOurFolderError, and OSError if the folder cannot be made."""
        self._folder = folder
        self._seconds = past
        self._past: dict[CameraId, deque[Wall]] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = folder / MARK
        if not mark.exists() and any(folder.iterdir()):
            raise NotOurFolderError(
                f"{folder} holds other files; give the frames a folder of their own"
            )
        mark.touch(mode=0o600)
        _close_to_others(folder)
        self.clear()

    def show_frame(self, camera: CameraId, jpeg: bytes, taken_at: Wall) -> None:
        """Replace the camera's frame, and take its reason away; raises OSError."""
        self._replace(camera, PICTURE, jpeg, taken_at)
        self._path(camera, REASON).unlink(missing_ok=True)
        if self._seconds:
            self._remember(camera, taken_at)

    def clear_frame(self, camera: CameraId) -> None:
        """Take the camera's frames away; raises OSError."""
        self._path(camera, PICTURE).unlink(missing_ok=True)
        self._forget(camera, Wall(float("inf")))

    def show_reason(self, camera: CameraId, reason: str, now: Wall) -> None:
        """Replace the reason why the camera gives nothing, since `now` or earlier; raises OSError.

        That lasts until it is shown again, whatever else is told in the meantime.
        """
        since = now
        with contextlib.suppress(FileNotFoundError):
            since = min(now, Wall(self._path(camera, REASON).stat().st_mtime))
        self._replace(camera, REASON, f"{reason}\n".encode(), since)

    def clear(self) -> None:
        """Take away every frame and every reason; raises OSError."""
        for path in self._folder.iterdir():
            if is_frame(path.name):
                path.unlink()
        self._past = {}

    def _remember(self, camera: CameraId, taken_at: Wall) -> None:
        """Give the frame that is newest now a second name, under which it stays when replaced."""
        with contextlib.suppress(FileExistsError):  # the same frame once more
            os.link(self._path(camera, PICTURE), self._path(camera, _past(taken_at)))
            self._past.setdefault(camera, deque()).append(taken_at)
        self._forget(camera, Wall(taken_at - self._seconds))

    def _forget(self, camera: CameraId, before: Wall) -> None:
        past = self._past.get(camera, deque())
        while past and (past[0] < before or len(past) > _MOST_PAST):
            self._path(camera, _past(past.popleft())).unlink(missing_ok=True)

    def _replace(self, camera: CameraId, kind: str, content: bytes, at: Wall) -> None:
        half = self._path(camera, HALF)
        with os.fdopen(os.open(half, _WRITE, 0o600), "wb") as file:
            os.fchmod(file.fileno(), READABLE)
            file.write(content)
            file.flush()
            os.utime(file.fileno(), ns=(int(at * 1e9), int(at * 1e9)))
        half.replace(self._path(camera, kind))

    def _path(self, camera: CameraId, kind: str) -> Path:
        return self._folder / f"{camera}{kind}"


def _close_to_others(folder: Path) -> None:
    """One of the machine's has its mode of systemd-tmpfiles, and a group that may read."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IRWXO:
        folder.chmod(mode & ~stat.S_IRWXO)


def _past(taken_at: Wall) -> str:
    return f".{int(taken_at * 1000)}{PAST}"
