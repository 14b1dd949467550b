"""Writes the memory folder that gateway/frames.py reads; nobody else writes there.

Every name is made here of a camera's configured id, never of anything a camera said.  A file is
whole, private and rightly dated before it gets its name.
"""

import os
from pathlib import Path
from typing import Final

from gateway.frames import PICTURE, REASON
from wire.ids import CAMERA, CameraId, Wall

_HALF: Final = ".half"
# Proof that the folder is ours to clear: a mistyped path must not cost anyone a file.
_MARK: Final = ".tocsin-frames"
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


class NotOurFolderError(Exception):
    """The folder named in the settings holds other files; the installer's to mend."""


class FrameWriter:
    """The folder, made private and emptied of what an earlier run left."""

    def __init__(self, folder: Path) -> None:
        """Raises NotOurFolderError, and OSError if the folder cannot be made."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = folder / _MARK
        if not mark.exists() and any(folder.iterdir()):
            raise NotOurFolderError(f"{folder} holds other files; give the frames a new folder")
        mark.touch(mode=0o600)
        folder.chmod(0o700)
        self.clear()

    def show(self, camera: CameraId, jpeg: bytes, taken_at: Wall) -> None:
        """Replace the camera's frame, and take its reason away; raises OSError."""
        self._replace(camera, PICTURE, jpeg, taken_at)
        self._path(camera, REASON).unlink(missing_ok=True)

    def hide(self, camera: CameraId) -> None:
        """Take the camera's frame away; raises OSError."""
        self._path(camera, PICTURE).unlink(missing_ok=True)

    def tell(self, camera: CameraId, reason: str) -> None:
        """Replace the reason why the camera gives nothing; raises OSError."""
        self._replace(camera, REASON, f"{reason}\n".encode(), None)

    def clear(self) -> None:
        """Take away every frame and every reason; raises OSError."""
        for path in self._folder.iterdir():
            if path.suffix in (PICTURE, REASON, _HALF) and CAMERA.fullmatch(path.stem):
                path.unlink()

    def _replace(self, camera: CameraId, kind: str, content: bytes, at: Wall | None) -> None:
        half = self._path(camera, _HALF)
        with os.fdopen(os.open(half, _WRITE, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            if at is not None:
                os.utime(file.fileno(), ns=(int(at * 1e9), int(at * 1e9)))
        half.replace(self._path(camera, kind))

    def _path(self, camera: CameraId, kind: str) -> Path:
        return self._folder / f"{camera}{kind}"
