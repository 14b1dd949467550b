"""Detects that a file was replaced: by time, size and inode, as each alone may stay."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class FileStamp(NamedTuple):
    """What a file replaced or rewritten does not have in common with the one before."""

    changed_ns: int
    size: int
    inode: int


def stamp_of(file: Path) -> FileStamp | None:
    """Return the stamp of `file`; None if it is not there, or cannot be looked at."""
    try:
        found = file.stat()
    except OSError:
        return None
    return FileStamp(found.st_mtime_ns, found.st_size, found.st_ino)


def stamps_of(files: Iterable[Path]) -> tuple[FileStamp | None, ...]:
    """Return the stamp of each file."""
    return tuple(stamp_of(file) for file in files)
