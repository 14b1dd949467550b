"""Removes what an older gateway, whose processes had no folders of their own, left among frames."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from gateway.config.frame_names import MARK, NEXT_UNITS, UNITS, is_frame
from service.folder import opened, readable
from service.life_sign import NAME as LIFE_SIGN

_TOLD: Final = (LIFE_SIGN, UNITS, NEXT_UNITS)


def remove_old_frames(folder: Path) -> None:
    """Take away what lies in `folder` itself; one without our mark is not touched.

    Raises OSError.
    """
    if not (folder / MARK).is_file():
        return
    with opened(folder) as at, readable(at) as listed:
        names = filter(is_frame, os.listdir(listed))  # noqa: PTH208 - a handle
        # The mark last: an interrupted removal is begun anew.
        for name in (*names, *_TOLD, MARK):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=listed)
