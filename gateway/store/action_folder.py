"""The folder in which the console leaves what people do, a file for each action.

The console may not write the store: it faces strangers.  The gateway takes the files when it can,
so nothing that a person did is lost while it stands still.
"""

import errno
import os
import stat
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from gateway.store.actions import QueuedAction
from gateway.store.left_action import LARGEST, write_action
from service.files import write_whole
from service.folder import make_folder, opened, readable
from wire.ids import AlertId, IncidentId

# For the gateway, as a member of the group of the console's user.
_FOLDER_MODE: Final = 0o770
_FILE_MODE: Final = 0o640
_KIND: Final = ".action"
_LOOK: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Of a folder that somebody filled so many names are looked at.
_MOST_NAMES: Final = 1_000


class ActionFolder:
    """Where the console leaves actions; `standing` tells the alerts of an incident and their
    presses.  Made if it is not there; raises OSError.
    """

    def __init__(
        self, folder: Path, standing: Callable[[IncidentId], Mapping[AlertId, int]]
    ) -> None:
        self._folder = folder
        self._standing = standing
        if not folder.is_dir():
            make_folder(folder, _FOLDER_MODE)

    def put(self, actions: Iterable[QueuedAction]) -> None:
        """Leave actions, on the disk; raises OSError, or sqlite3.Error.

        Where a person's page does not say what it showed it is what stands here by now: a press
        that comes later is not theirs to end, whenever the gateway hears of it.
        """
        for each in actions:
            seen = self._standing(each.incident) if each.seen is None else each.seen
            name = f"{time.time_ns():020}-{uuid.uuid4()}{_KIND}"
            write_whole(self._folder / name, write_action(each._replace(seen=seen)), _FILE_MODE)


class LeftActions:
    """What the console left in `folder`, for the gateway.  The folder belongs to a user with fewer
    rights, who may put anything there: no link is followed.  Each method raises OSError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, most: int) -> list[str]:
        """Return some of the files that lie there, the oldest first; none without a folder."""
        with suppress(FileNotFoundError), opened(self._folder) as at, readable(at) as listed:
            with os.scandir(listed) as there:
                files = [each.name for each in islice(there, _MOST_NAMES) if _is_action(each)]
            return sorted(files)[:most]
        return []

    def read(self, name: str) -> bytes:
        """Return what a file holds; OSError also for what is no file, or too large."""
        with opened(self._folder) as folder:
            handle = os.open(name, _LOOK, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                seen = os.fstat(handle)
                if not stat.S_ISREG(seen.st_mode) or seen.st_size > LARGEST:
                    raise OSError(errno.EINVAL, "no file of an action")
                return file.read(LARGEST)

    def remove(self, name: str) -> None:
        """Take a file away: what it said was taken, or was nothing."""
        with opened(self._folder) as folder:
            os.unlink(name, dir_fd=folder)


def _is_action(file: os.DirEntry[str]) -> bool:
    return file.name.endswith(_KIND) and not file.is_dir(follow_symlinks=False)
