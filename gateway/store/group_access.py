"""Lets the console read what the gateway keeps: as a member of the group of the gateway's user."""

import os
from pathlib import Path
from typing import Final

from service.files import touch_private
from service.folder import opened

READABLE: Final = 0o640
_LOOK: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def share_database(path: Path) -> None:
    """Make the database at `path` if there is none, and let the group read it; raises OSError.

    SQLite makes what it puts beside it readable for the same.
    """
    touch_private(path)
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        share(each)


def share(path: Path) -> None:
    """Let the group read the file at `path`, if there is one; raises OSError."""
    with opened(path.parent) as folder:
        try:
            handle = os.open(path.name, _LOOK, dir_fd=folder)
        except FileNotFoundError:
            return
        try:
            os.fchmod(handle, READABLE)
        finally:
            os.close(handle)
