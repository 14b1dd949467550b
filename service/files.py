"""Files that are there whole or not at all, even after a power cut."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a file of `content` in the place of `path` at once; its owner stays the old file's.

    Raises OSError; what stood there before is then untouched.
    """
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)  # whatever the umask
        file.write(content)
        file.flush()
        os.fsync(handle)
    _keep_owner(path, new)
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_owner(old: Path, new: Path) -> None:
    if os.geteuid() == 0:
        found = (old if old.exists() else old.parent).stat()
        os.chown(new, found.st_uid, found.st_gid)
