"""Gives what was made by root to the users of the services (systemd/*.sysusers.conf).

Only what lies there in truth is given: never what a link points to, nor a file that has another
name elsewhere.  Who owns a folder could put both there, and own any file of the machine by it.
"""

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from service.folder import opened

ROOT: Final = "root"
GATEWAY: Final = "tocsin"
AUTHORITY: Final = "tocsin-authority"
BROKER: Final = "tocsin-broker"
CAMERAS: Final = "tocsin-cameras"
CONSOLE: Final = "tocsin-console"
MONITOR: Final = "tocsin-monitor"
NOTICES: Final = "tocsin-notices"
DEVICE: Final = "tocsin-device"
SERVICES: Final = frozenset(
    (GATEWAY, AUTHORITY, BROKER, CAMERAS, CONSOLE, MONITOR, NOTICES, DEVICE)
)
# The group of those who read gateway.toml.
SETTINGS: Final = "tocsin-settings"

_LOOK: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# A link and a socket cannot be opened so, and are nobody's to give.
_NO_FILE: Final = (errno.ELOOP, errno.ENXIO)
# Our own folders are two deep; more is somebody else's doing.
_DEEPEST: Final = 4


def give(path: Path, user: str) -> None:
    """Make `user` the owner of `path` and all in it; without that user it stays ours.

    Raises OSError.
    """
    _give_at(path.absolute(), user, _DEEPEST)


def give_one(path: Path, user: str) -> None:
    """The same for `path` alone."""
    _give_at(path.absolute(), user, 0)


def allow(path: Path, user: str, group: str, mode: int) -> None:
    """Make `path` that user's, with that group and mode; without one of them it stays as it is.

    Raises OSError.
    """
    account = _find(user)
    if account is None:
        return
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        return
    with opened(path.parent) as folder:
        handle = os.open(path.name, _LOOK, dir_fd=folder)
        try:
            seen = os.fstat(handle)
            if stat.S_ISDIR(seen.st_mode) or seen.st_nlink == 1:
                os.fchown(handle, account.pw_uid, gid)
                os.fchmod(handle, mode)
        finally:
            os.close(handle)


def name_of(user: str) -> str:
    """Return `user` if `give` gives to it, else whom everything belongs to."""
    return user if _find(user) else pwd.getpwuid(os.geteuid()).pw_name


def uid_of(user: str) -> int | None:
    """Return the number of `user` if `give` gives to it."""
    account = _find(user)
    return account.pw_uid if account else None


def numbers(user: str, group: str) -> tuple[int, int]:
    """Return the numbers of a user and a group on this machine; root's of one that is not here."""
    try:
        uid = pwd.getpwnam(user).pw_uid
    except KeyError:
        uid = 0
    try:
        return uid, grp.getgrnam(group).gr_gid
    except KeyError:
        return uid, 0


@contextmanager
def acting_for(folder: Path) -> Iterator[None]:
    """Have no more rights in here than the owner of `folder`, if we are root: for a library that
    opens files by their paths.  It counts for the whole process.  Raises OSError.
    """
    if os.geteuid() != 0:
        yield
        return
    with opened(folder) as handle:
        owner = os.fstat(handle)
    if owner.st_uid == 0:
        yield
        return
    group, others = os.getegid(), os.getgroups()
    try:
        os.setgroups([])
        os.setegid(owner.st_gid)
        os.seteuid(owner.st_uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(others)


def _give_at(path: Path, user: str, deep: int) -> None:
    if account := _find(user):
        with opened(path.parent) as folder:
            _give(path.name, folder, account, deep)


def _give(name: str, folder: int, account: pwd.struct_passwd, deep: int) -> None:
    try:
        handle = os.open(name, _LOOK, dir_fd=folder)
    except OSError as error:
        if error.errno in _NO_FILE:
            return
        raise
    try:
        seen = os.fstat(handle)
        is_folder = stat.S_ISDIR(seen.st_mode)
        # What is in a folder comes first: until then nobody else can change it.
        for each in os.listdir(handle) if is_folder and deep else ():  # noqa: PTH208 - a handle
            with suppress(FileNotFoundError):
                _give(each, handle, account, deep - 1)
        if is_folder or (stat.S_ISREG(seen.st_mode) and seen.st_nlink == 1):
            os.fchown(handle, account.pw_uid, account.pw_gid)
    finally:
        os.close(handle)


def _find(user: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user) if os.geteuid() == 0 else None
    except KeyError:
        return None
