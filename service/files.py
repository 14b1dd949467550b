"""Writes files atomically, whole or not at all even after a power cut, and where they were meant.

The folder may belong to a user with fewer rights than ours, who changes it meanwhile: nothing that
is put there in a file's place is followed, written to or given away (service/folder.py).
"""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from service.folder import MOST_LINKS, is_ours, opened, readable

_NEW: Final = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
# What a power cut left of a write is removed by a later one, and not what somebody writes just now.
_LEFT_AFTER_S: Final = 3600.0
_USUAL: Final = 0o600


def write_whole(path: Path, content: bytes, mode: int | None = _USUAL) -> None:
    """Put a file of `content` in the place of `path` at once; its owner stays the old file's.

    So does its mode, if `mode` is None.  Raises OSError; what stood there before is then untouched.
    """
    with opened(path.parent) as folder:
        old = _status(path.name, folder)
        new = f".{path.name}.{secrets.token_hex(8)}.new"
        handle = os.open(new, os.O_WRONLY | _NEW, _USUAL, dir_fd=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                _keep_owner(handle, old or os.fstat(folder))
                os.fchmod(handle, _mode_of(old) if mode is None else mode)  # whatever the umask
                file.write(content)
                file.flush()
                os.fsync(handle)
            os.replace(new, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(new, dir_fd=folder)
            raise
        with readable(folder) as listed:
            _remove_leftovers(path.name, listed)
            os.fsync(listed)


def must_be_plain(path: Path) -> None:
    """Raise OSError unless `path` is a plain file: who reads a pipe may wait for ever."""
    _must_be_plain(path.stat(), path)


def read_plain(path: Path) -> bytes:
    """Return what the plain file at `path` holds; raises OSError, also for a pipe or a device."""
    must_be_plain(path)
    return path.read_bytes()


def open_to_read(path: Path) -> BinaryIO:
    """Open a plain file to read it; raises OSError, also for a link that another user made."""
    at = path
    for _ in range(MOST_LINKS):
        with opened(at.parent) as folder:
            try:
                return _plain(os.open(at.name, _READ, dir_fd=folder), path)
            except OSError as error:
                if error.errno != errno.ELOOP:
                    raise OSError(error.errno, error.strerror, str(path)) from error
            seen = os.stat(at.name, dir_fd=folder, follow_symlinks=False)
            if not is_ours(seen.st_uid):
                raise OSError(errno.ELOOP, "is a link that another user made", str(path))
            at = at.parent / os.readlink(at.name, dir_fd=folder)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def read_whole(path: Path) -> bytes:
    """Return what a file holds; raises OSError as `open_to_read` does."""
    with open_to_read(path) as file:
        return file.read()


def remove(path: Path) -> None:
    """Remove the file at `path`, if there is one; raises OSError."""
    with suppress(FileNotFoundError), opened(path.parent) as folder:
        os.unlink(path.name, dir_fd=folder)


def touch_private(path: Path) -> None:
    """Make an empty file at `path` for its folder's owner alone, unless there is a file.

    Raises OSError, also for a link in its place.
    """
    with opened(path.parent) as folder, suppress(FileExistsError):
        handle = os.open(path.name, os.O_WRONLY | _NEW, _USUAL, dir_fd=folder)
        try:
            _keep_owner(handle, os.fstat(folder))
        finally:
            os.close(handle)


def _plain(handle: int, path: Path) -> BinaryIO:
    try:
        _must_be_plain(os.fstat(handle), path)
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def _must_be_plain(seen: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(seen.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(seen.st_mode):
        raise OSError(errno.EINVAL, "it is no plain file but a pipe or a device", str(path))


def _status(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _mode_of(old: os.stat_result | None) -> int:
    return old.st_mode & 0o777 if old and stat.S_ISREG(old.st_mode) else _USUAL


def _keep_owner(handle: int, old: os.stat_result) -> None:
    if os.geteuid() == 0:
        os.fchown(handle, old.st_uid, old.st_gid)


def _remove_leftovers(name: str, folder: int) -> None:
    now = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime
    for each in os.listdir(folder):
        if each.startswith(f".{name}.") and each.endswith(".new"):
            found = _status(each, folder)
            if found and now - found.st_mtime > _LEFT_AFTER_S:
                with suppress(OSError):
                    os.unlink(each, dir_fd=folder)
