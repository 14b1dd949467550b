"""Folders opened step by step, so that nobody with fewer rights leads us somewhere else.

A path is a promise of each folder on it, and a folder of another user can break that promise while
we work in it.  So all that is written or given away is reached by a handle on its folder, and a
link on the way counts only if root made it, or we did.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_STEP: Final = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_ROOT: Final = 0
# As many as the kernel follows.
MOST_LINKS: Final = 40


@contextmanager
def opened(path: Path, make: bool = False) -> Iterator[int]:
    """Yield a handle on the folder at `path`, good as `dir_fd` and for nothing else.

    `make`: what is missing of it is made.  Raises OSError, also for another user's link on the way.
    """
    handle = _open(path.absolute(), make)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def readable(folder: int) -> Iterator[int]:
    """Yield a handle on the same folder by which it can be listed, synced and given away."""
    handle = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        yield handle
    finally:
        os.close(handle)


def make_folder(path: Path, mode: int | None = None) -> None:
    """Make the folder at `path`, and what is missing above it, unless it is there; raises OSError.

    It has `mode` then, whatever the umask and whether or not it was there.
    """
    with opened(path, make=True) as folder:
        if mode is not None:
            with readable(folder) as handle:
                os.fchmod(handle, mode)


def is_ours(owner: int) -> bool:
    """Whether what belongs to the user `owner` may lead us: root's, or our own."""
    return owner in (_ROOT, os.geteuid())


def _open(path: Path, make: bool) -> int:
    ahead, links = list(reversed(path.parts)), 0
    handle = os.open(ahead.pop(), _STEP)
    try:
        while ahead:
            handle, target = _step(handle, ahead.pop(), make)
            links += target is not None
            if links > MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            ahead += reversed(Path(target or "").parts)
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        os.close(handle)
        raise OSError(error.errno, error.strerror, str(path)) from error
    return handle


def _step(handle: int, name: str, make: bool) -> tuple[int, str | None]:
    """Go from the folder `handle` to `name`: return where we are then, and a link's target."""
    try:
        found = os.open(name, _STEP, dir_fd=handle)
    except FileNotFoundError:
        if not make:
            raise
        os.mkdir(name, dir_fd=handle)
        found = os.open(name, _STEP, dir_fd=handle)
    seen = os.fstat(found)
    if not stat.S_ISLNK(seen.st_mode):
        os.close(handle)
        return found, None
    try:
        if not is_ours(seen.st_uid):
            raise OSError(errno.ELOOP, f"{name} is a link that another user made")
        return handle, os.readlink("", dir_fd=found)
    finally:
        os.close(found)
