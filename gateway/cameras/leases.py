"""Which cameras are needed now: leases in the memory folder, renewed by the processes that need
them, read by the camera process.  They expire by themselves, so no process waits for another.

A lease is a file `leases/<camera>.<why>.<user>`: its modification time is when it was last renewed,
its text is the name of the person who asked, if one had to.  `user` is the number of the writer's:
in the folder of the machine nobody writes what another user left.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from gateway.cameras.events import Lease, Why
from wire.clean import clean
from wire.ids import CAMERA, CameraId, Seconds, Wall

LASTS: Final = Seconds(3.5)

LEASES: Final = "leases"
# For the group of the folder alone, whatever the umask: writer and reader are different users.
READABLE: Final = 0o640
_REASONS: Final = {each.value: each for each in Why}
_LONGEST_NAME: Final = 80
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class CameraLeases:
    """The leases in the memory folder `frames`; none of it waits and none raises."""

    def __init__(self, frames: Path) -> None:
        self._folder = frames / LEASES

    def renew(self, camera: CameraId, why: Why, by: str = "") -> None:
        """Need the camera for LASTS seconds from now on; a test needs the name of a person."""
        if not CAMERA.fullmatch(camera) or (why is Why.TEST and not by):
            return
        with contextlib.suppress(OSError):  # no camera process has made the folder: no cameras
            name = f"{camera}.{why.value}.{os.geteuid()}"
            lease = os.open(self._folder / name, _WRITE, 0o600)
            try:
                os.fchmod(lease, READABLE)
                os.write(lease, clean(by, _LONGEST_NAME).encode())
                os.utime(lease)  # a file that was empty and stays so keeps its time otherwise
            finally:
                os.close(lease)

    def active(self, now: Wall) -> list[Lease]:
        """Return what is needed at `now`."""
        try:
            with os.scandir(self._folder) as files:
                found = [_read(file, now) for file in files]
        except OSError:
            return []
        return [lease for lease in found if lease]


def make_lease_folder(frames: Path) -> None:
    """Let leases be left in the memory folder; raises OSError."""
    (frames / LEASES).mkdir(mode=0o700, exist_ok=True)


def _name_in(lease: str) -> str:
    file = os.open(lease, _READ)
    try:
        return os.read(file, 4 * _LONGEST_NAME).decode()
    finally:
        os.close(file)


def _read(file: os.DirEntry[str], now: Wall) -> Lease | None:
    camera, word, user = [*file.name.split("."), "", ""][:3]
    why = _REASONS.get(word)
    if why is None or not CAMERA.fullmatch(camera) or not user.isdecimal():
        return None
    try:
        if abs(now - file.stat(follow_symlinks=False).st_mtime) > LASTS:
            return None
        by = _name_in(file.path) if why is Why.TEST else ""
    except (OSError, UnicodeDecodeError):
        return None
    return Lease(CameraId(camera), why, clean(by, _LONGEST_NAME))
