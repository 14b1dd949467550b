"""Removes the frames of an older gateway, whose cameras had another user."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from gateway.config.frame_names import MARK, is_frame
from service import owners
from service.folder import opened, readable


def remove_old_frames(folder: Path) -> None:
    """Take away what is not the camera process's own: it could not replace it.

    New frames come within seconds.  A folder without our mark is not touched.  Raises OSError.
    """
    cameras = owners.uid_of(owners.CAMERAS)
    if cameras is None or not (folder / MARK).is_file():
        return
    with opened(folder) as at, readable(at) as listed:
        names = filter(is_frame, os.listdir(listed))  # noqa: PTH208 - a handle
        # The mark last: an interrupted removal is begun anew.
        for name in (*names, MARK):
            with suppress(FileNotFoundError):
                _remove_unless_of(cameras, name, listed)


def _remove_unless_of(owner: int, name: str, folder: int) -> None:
    seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if seen.st_uid != owner and not stat.S_ISDIR(seen.st_mode):
        os.unlink(name, dir_fd=folder)
