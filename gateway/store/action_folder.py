"""The folder in which the console leaves what people do, a file for each action.

The console may not write the store: it faces strangers.  The gateway takes the files when it can,
so nothing that a person did is lost while it stands still.
"""

import errno
import os
import re
import stat
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from gateway.store.actions import QueuedAction
from gateway.store.left_action import LARGEST, write_action
from service.files import write_whole
from service.folder import make_folder, opened, readable
from wire.ids import AlertId, IncidentId

# For the gateway, as a member of the group of the console's user.
_FOLDER_MODE: Final = 0o770
_FILE_MODE: Final = 0o640
_LOOK: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Of a folder that somebody filled so many names are looked at, and at the next look the others.
_MOST_NAMES: Final = 1_000
# As `put` names an action, and as `write_whole` does before it is whole.
_NAME: Final = re.compile(r"(\d{20})-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.action", re.ASCII)
_BEGUN: Final = re.compile(r"\.\d{20}-[0-9a-f-]{36}\.action\.[0-9a-f]{16}\.new", re.ASCII)
_BEGUN_FOR_S: Final = 3600.0


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
            name = f"{time.time_ns():020}-{uuid.uuid4()}.action"
            write_whole(self._folder / name, write_action(each._replace(seen=seen)), _FILE_MODE)


class _Listing(Iterator[os.DirEntry[str]], Protocol):
    """What `os.scandir` returns."""

    def close(self) -> None: ...


class LeftFiles(NamedTuple):
    """Actions that lie in the folder, the oldest first; `strange` others lay there, too."""

    actions: list[str]
    strange: int


class LeftActions:
    """What the console left in `folder`, for the gateway.  The folder belongs to a user with fewer
    rights, who may put anything there: no link is followed.  Each method raises OSError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._listing: _Listing | None = None

    def look(self, most: int) -> LeftFiles:
        """Return some of the actions that lie there; none without a folder.

        Whatever no console puts there is removed.  What cannot be removed hides nothing: the next
        look goes on behind it.
        """
        actions, strange = [], 0
        with suppress(FileNotFoundError), opened(self.folder) as at:
            for file in self._next_files(at):
                if _is_action(file):
                    actions.append(file.name)
                elif not _is_begun(file, at):
                    strange += 1
                    _discard(file, at)
        if len(actions) > most:
            self._begin_again()  # what is left of these comes first
        return LeftFiles(sorted(actions)[:most], strange)

    def _next_files(self, folder: int) -> list[os.DirEntry[str]]:
        if self._listing is None:
            with readable(folder) as listed:
                self._listing = os.scandir(listed)
        found = list(islice(self._listing, _MOST_NAMES))
        if len(found) < _MOST_NAMES:
            self._begin_again()
        return found

    def _begin_again(self) -> None:
        if self._listing is not None:
            self._listing.close()
            self._listing = None

    def read(self, name: str) -> bytes:
        """Return what a file holds; OSError also for what is no file, or too large."""
        with opened(self.folder) as folder:
            handle = os.open(name, _LOOK, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                seen = os.fstat(handle)
                if not stat.S_ISREG(seen.st_mode) or seen.st_size > LARGEST:
                    raise OSError(errno.EINVAL, "no file of an action")
                return file.read(LARGEST)

    def remove(self, name: str) -> None:
        """Take a file away: what it said was taken, or was nothing."""
        with opened(self.folder) as folder:
            os.unlink(name, dir_fd=folder)


def left_at(action: str) -> float:
    """Return when an action was left, in seconds, by its name."""
    return int(action[:20]) / 1e9


def _is_action(file: os.DirEntry[str]) -> bool:
    return bool(_NAME.fullmatch(file.name)) and not file.is_dir(follow_symlinks=False)


def _is_begun(file: os.DirEntry[str], folder: int) -> bool:
    """True for what the console is writing just now."""
    if not _BEGUN.fullmatch(file.name):
        return False
    with suppress(OSError):
        changed = os.stat(file.name, dir_fd=folder, follow_symlinks=False).st_mtime
        return 0 <= time.time() - changed < _BEGUN_FOR_S
    return True


def _discard(file: os.DirEntry[str], folder: int) -> None:
    with suppress(OSError):
        remove = os.rmdir if file.is_dir(follow_symlinks=False) else os.unlink
        remove(file.name, dir_fd=folder)
