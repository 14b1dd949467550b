"""Puts files where there are none, with their owners and modes, and takes them away again."""

import os
import pwd
import shutil
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from gateway.app.backup.errors import BackupError
from service import owners
from service.folder import opened, readable

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
# Of another database here: SQLite would take it for part of the restored one.
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_MOST: Final = 5


def must_be_new(entries: list[tarfile.TarInfo]) -> None:
    """Raise BackupError if any file is there already, or a user of the services is not."""
    files = [path_of(each) for each in entries if each.isreg()]
    there = [path for path in files if any(os.path.lexists(f"{path}{end}") for end in _BESIDE)]
    if there:
        named = ", ".join(map(str, there[:_MOST]))
        more = f" and {len(there) - _MOST} more" if len(there) > _MOST else ""
        raise BackupError(
            f"there is a gateway, or a part of one, on this machine: {named}{more};"
            " move it away first"
        )
    users = {each.uname for each in entries} & owners.SERVICES
    if lacking := sorted(user for user in users if os.geteuid() == 0 and not _is_known(user)):
        raise BackupError(
            f"this machine has no user {lacking[0]}: install the gateway's package first"
        )


def path_of(entry: tarfile.TarInfo) -> Path:
    """Return where an entry belongs."""
    return Path("/") / entry.name


class Placing:
    """What one restore made, so that it can be taken away again.  Each step raises OSError."""

    def __init__(self) -> None:
        self._made: list[Path] = []

    def folder(self, entry: tarfile.TarInfo) -> None:
        """Make a folder; one that is there stays as it is."""
        path = path_of(entry)
        with opened(path.parent) as above, suppress(FileExistsError):
            os.mkdir(path.name, 0o700, dir_fd=above)
            self._made.append(path)
            with opened(path) as made, readable(made) as handle:
                _give(handle, entry)

    def file(self, entry: tarfile.TarInfo, content: IO[bytes], path: Path) -> None:
        """Make the file at `path`, synced."""
        with opened(path.parent) as folder:
            handle = os.open(path.name, _NEW, 0o600, dir_fd=folder)
            self._made.append(path)
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(content, file)
                _give(handle, entry)
                file.flush()
                os.fsync(handle)
            with readable(folder) as listed:
                os.fsync(listed)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file that was made its name."""
        with opened(old.parent) as folder:
            os.rename(old.name, new.name, src_dir_fd=folder, dst_dir_fd=folder)
            self._made.append(new)
            with readable(folder) as listed:
                os.fsync(listed)

    def undo(self) -> None:
        """Take away what was made."""
        for path in reversed(self._made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


def _give(handle: int, entry: tarfile.TarInfo) -> None:
    if os.geteuid() == 0:
        # By name: the numbers are others on each machine.
        os.fchown(handle, *owners.numbers(entry.uname, entry.gname))
    os.fchmod(handle, entry.mode & 0o7777)


def _is_known(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False
