"""What the camera process must know: the cameras, and the folder for their frames.

It reads no settings itself.  Who has read them leaves this in a file without a name, which the
process inherits: what reads and judges settings takes more memory than all its cameras.
"""

import json
import os
from pathlib import Path
from typing import Final, NamedTuple

from wire.ids import CameraId, Seconds

_NAME: Final = "cameras"


class WatchedCamera(NamedTuple):
    """A camera as its table in gateway.toml tells it; None for a file that was not given."""

    id: CameraId
    source: str
    user: str
    password_file: Path | None
    ca: Path | None
    allow_local: bool


class Watch(NamedTuple):
    """Frames go into `folder`, where those of the `past` seconds stay; who needs cameras says so in
    `leases`.
    """

    folder: Path
    leases: Path
    past: Seconds
    cameras: tuple[WatchedCamera, ...]


def leave(watch: Watch) -> int:
    """Leave `watch` in a file that a process inherits, and return its number; raises OSError."""
    cameras = [[_text(value) for value in each] for each in watch.cameras]
    file = os.memfd_create(_NAME, 0)  # 0: kept by the program that takes this one's place
    with open(file, "w", encoding="utf-8", closefd=False) as out:
        json.dump([str(watch.folder), str(watch.leases), watch.past, cameras], out)
    os.lseek(file, 0, os.SEEK_SET)
    return file


def take(file: int) -> Watch:
    """Return what was left in that file, and close it; raises OSError."""
    with open(file, encoding="utf-8") as left:
        folder, leases, past, cameras = json.load(left)
    watched = tuple(_camera(*each) for each in cameras)
    return Watch(Path(folder), Path(leases), Seconds(past), watched)


def _text(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _camera(
    name: str, source: str, user: str, password: str | None, ca: str | None, local: bool
) -> WatchedCamera:
    return WatchedCamera(CameraId(name), source, user, _path(password), _path(ca), local)


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
