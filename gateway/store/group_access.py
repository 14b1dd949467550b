"""Lets others read what the gateway keeps: as members of the group of the gateway's user, or, what
only the console shows, of the group of the console's.
"""

import grp
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from service import owners
from service.files import touch_private
from service.folder import opened

READABLE: Final = 0o640
# Names the file and opens nothing: who closes a file that SQLite has open in the same process
# drops its locks (POSIX), and another process then takes the database for one that nobody uses.
_NAME: Final = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


def share_database(path: Path) -> None:
    """Make the database at `path` if there is none, and let the group read it; raises OSError.

    SQLite makes what it puts beside it readable for the same.
    """
    touch_private(path)
    for each in _files_of(path):
        _share(each, None)


def show_database(path: Path) -> None:
    """Let the console alone read the database at `path`, which is open; raises OSError."""
    for each in _files_of(path):
        show(each)


def show(path: Path) -> None:
    """Let the console alone read the file at `path`, if there is one; raises OSError.

    Where it has no user of its own the gateway's group reads it.
    """
    try:
        group = grp.getgrnam(owners.CONSOLE).gr_gid
    except KeyError:
        group = None
    _share(path, group)


def _files_of(database: Path) -> tuple[Path, ...]:
    return database, Path(f"{database}-wal"), Path(f"{database}-shm")


def _share(path: Path, group: int | None) -> None:
    with opened(path.parent) as folder:
        try:
            handle = os.open(path.name, _NAME, dir_fd=folder)
        except FileNotFoundError:
            return
        try:
            named = Path(f"/proc/self/fd/{handle}")
            if group is not None:
                # Only a member may give it away: who is none has no such console beside it.
                with suppress(PermissionError):
                    os.chown(named, -1, group)
            named.chmod(READABLE)
        finally:
            os.close(handle)
