"""Which cameras are needed now: leases in memory, renewed by the processes that need cameras, read
by the camera process.  They expire by themselves, so no process waits for another.

A lease is a file `<holder>/<camera>.<why>`: its modification time is when it was last renewed, its
text is the name of the person who asked, if one had to.  Each holder has a folder of its own, so
that none can keep another from renewing what it holds.
"""

import contextlib
import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

from gateway.cameras.events import Lease, Why
from wire.clean import clean
from wire.ids import CAMERA, CameraId, Seconds, Wall

LASTS: Final = Seconds(3.5)

# For the group of the folder alone, whatever the umask: writer and reader are different users.
READABLE: Final = 0o640
_REASONS: Final = {each.value: each for each in Why}
_LONGEST_NAME: Final = 80
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Holder(Enum):
    """A process that may need cameras, by the name of its folder."""

    GATEWAY = "gateway"
    CONSOLE = "console"


class CameraLeases:
    """The leases of `holder` in the memory folder `leases`; none of it waits and none raises."""

    def __init__(self, leases: Path, holder: Holder) -> None:
        self._folder = leases / holder.value

    def renew(self, camera: CameraId, why: Why, by: str = "") -> None:
        """Need the camera for LASTS seconds from now on; a test needs the name of a person."""
        if not CAMERA.fullmatch(camera) or (why is Why.TEST and not by):
            return
        with contextlib.suppress(OSError):  # no camera process has made the folder: no cameras
            lease = os.open(self._folder / f"{camera}.{why.value}", _WRITE, 0o600)
            try:
                os.fchmod(lease, READABLE)
                os.write(lease, clean(by, _LONGEST_NAME).encode())
                os.utime(lease)  # a file that was empty and stays so keeps its time otherwise
            finally:
                os.close(lease)


class HeldLeases:
    """What all holders hold in the memory folder `leases`; none of it waits and none raises."""

    def __init__(self, leases: Path) -> None:
        self._folders = [leases / each.value for each in Holder]

    def active(self, now: Wall) -> list[Lease]:
        """Return what is needed at `now`."""
        return [lease for folder in self._folders for lease in _active(folder, now)]


def make_lease_folders(leases: Path) -> None:
    """Let leases be left in the memory folder; raises OSError."""
    for each in Holder:
        (leases / each.value).mkdir(mode=0o700, parents=True, exist_ok=True)


def _active(folder: Path, now: Wall) -> Iterator[Lease]:
    try:
        with os.scandir(folder) as files:
            found = [_read(file, now) for file in files]
    except OSError:
        return
    yield from filter(None, found)


def _name_in(lease: str) -> str:
    file = os.open(lease, _READ)
    try:
        return os.read(file, 4 * _LONGEST_NAME).decode()
    finally:
        os.close(file)


def _read(file: os.DirEntry[str], now: Wall) -> Lease | None:
    camera, _, word = file.name.partition(".")
    why = _REASONS.get(word)
    if why is None or not CAMERA.fullmatch(camera):
        return None
    try:
        if abs(now - file.stat(follow_symlinks=False).st_mtime) > LASTS:
            return None
        by = _name_in(file.path) if why is Why.TEST else ""
    except (OSError, UnicodeDecodeError):
        return None
    return Lease(CameraId(camera), why, clean(by, _LONGEST_NAME))
