"""Gives what was made by root to the users of the services (systemd/tocsin.sysusers.conf)."""

import os
import pwd
from pathlib import Path
from typing import Final

GATEWAY: Final = "tocsin"
AUTHORITY: Final = "tocsin-authority"
BROKER: Final = "tocsin-broker"
DEVICE: Final = "tocsin-device"


def give(path: Path, user: str) -> None:
    """Make `user` the owner of `path` and all in it; without that user it stays ours."""
    for each in (path, *(path.rglob("*") if path.is_dir() else ())):
        give_one(each, user)


def give_one(path: Path, user: str) -> None:
    """The same for `path` alone."""
    if found := _find(user):
        os.chown(path, found.pw_uid, found.pw_gid)


def name_of(user: str) -> str:
    """Return `user` if `give` gives to it, else whom everything belongs to."""
    return user if _find(user) else pwd.getpwuid(os.geteuid()).pw_name


def _find(user: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user) if os.geteuid() == 0 else None
    except KeyError:
        return None
