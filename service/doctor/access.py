"""Checks access to files as the service's user has it: what root may do proves nothing."""

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from service import owners
from service.cure import as_word
from service.doctor.finding import Finding, good, problem

_READ: Final = 4
_WRITE: Final = 2
_ENTER: Final = 1
GIVE_ACCESS: Final = "`tocsin-gateway init` gives each file to whom it belongs"


class Account(NamedTuple):
    """The user of a service, by its numbers, as the kernel judges it."""

    name: str
    uid: int
    groups: frozenset[int]


def account_of(folder: Path, usual: str) -> Account:
    """Return who runs the service of the user `usual`, whose gateway or unit works in `folder`.

    That user, where the machine was installed as the README says; else the owner of the folder.
    """
    owner = folder.stat().st_uid if folder.is_dir() else os.geteuid()
    try:
        found = pwd.getpwnam(usual) if _is_installed(owner) else pwd.getpwuid(owner)
    except KeyError:
        return Account(str(owner), owner, frozenset())
    return Account(
        found.pw_name, found.pw_uid, frozenset(os.getgrouplist(found.pw_name, found.pw_gid))
    )


def check_settings_file(file: Path, account: Account) -> list[Finding]:
    """Say whether `account`, of a service, could write what other services believe."""
    check = f"owner of {file.name}"
    if faults := faults_of_settings_file(file, account):
        return [problem(check, each, GIVE_ACCESS) for each in faults]
    return [good(check, f"no service may write it: the user {account.name} may not")]


def faults_of_settings_file(file: Path, account: Account) -> list[str]:
    """Return how `account`, of a service, could write the settings in `file`; raises OSError.

    Nothing is asked of a machine without the services' users: settings belong to their person.
    """
    if account.name not in owners.SERVICES:
        return []
    writable = [each for each in (file, file.parent) if _may(each.stat(), account, _WRITE)]
    return [f"the service's user {account.name} may write {each}" for each in writable]


def check_secrets(files: Iterable[Path], account: Account) -> list[Finding]:
    """Say which files with secrets others could read, or the service itself could not."""
    return [_secret(file, account) for file in dict.fromkeys(files)]


def check_data(files: Iterable[Path], account: Account) -> list[Finding]:
    """Say which of `files` and their folders the service could not write; one finding for each
    folder.
    """
    folders: dict[Path, list[Path]] = {}
    for file in files:
        folders.setdefault(file.parent, []).append(file)
    return [_data(folder, found, account) for folder, found in folders.items() if folder.is_dir()]


def _secret(file: Path, account: Account) -> Finding:
    check = f"mode of {file.name}"
    try:
        found = file.stat()
    except OSError as error:
        cure = f"is the path right?  `ls -l {as_word(file)}`"
        return problem(check, f"{error.strerror}: {file}", cure)
    if fault := _fault(found, account):
        return problem(check, fault, _cure(file, account))
    return good(check, f"{stat.S_IMODE(found.st_mode):04o}, of the user {account.name}")


def fault_of_secret_file(file: Path, account: Account) -> str | None:
    """Say how the access to `file` is wrong, and the cure; None if it is not; raises OSError."""
    fault = _fault(file.stat(), account)
    return f"{fault}: {_cure(file, account)}" if fault else None


def _fault(found: os.stat_result, account: Account) -> str | None:
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        return f"others on this machine may read it ({mode:04o})"
    if not _may(found, account, _READ):
        return f"the service's user {account.name} may not read it"
    return None


def _cure(file: Path, account: Account) -> str:
    path = as_word(file)
    return f"`chown {_owner(account)} {path} && chmod 600 {path}`"


def _owner(account: Account) -> str:
    """As chown takes it: with the user's own group, where there is such a user."""
    return account.name if account.name.isdigit() else f"{account.name}:"


def _data(folder: Path, files: Iterable[Path], account: Account) -> Finding:
    there = [file for path in files for file in _with_journal(path) if file.exists()]
    refused = [file for file in there if not _may(file.stat(), account, _READ | _WRITE)]
    if not _may(folder.stat(), account, _READ | _WRITE | _ENTER):
        refused.insert(0, folder)
    check = f"owner of {folder}"
    if refused:
        names = ", ".join(file.name for file in refused[:4])
        seen = f"the service's user {account.name} may not write {names}"
        return problem(check, seen, f"`chown -R {_owner(account)} {as_word(folder)}`")
    return good(check, f"the user {account.name} may write there")


def _with_journal(path: Path) -> tuple[Path, ...]:
    return (path, Path(f"{path}-wal"), Path(f"{path}-shm"))


def _is_installed(owner: int) -> bool:
    """True if that is root, or the user of a service."""
    return owner == 0 or pwd.getpwuid(owner).pw_name in owners.SERVICES


def _may(found: os.stat_result, account: Account, wanted: int) -> bool:
    """As the kernel decides: by the owner's bits, else the group's, else everybody's."""
    if account.uid == 0:
        return True
    if found.st_uid == account.uid:
        bits = found.st_mode >> 6
    elif found.st_gid in account.groups:
        bits = found.st_mode >> 3
    else:
        bits = found.st_mode
    return bits & wanted == wanted
