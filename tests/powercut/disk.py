"""A disk as a power cut finds it: what was synced is there, of the rest anything may be.

A sector holds its old bytes or the new ones.  Names are kept in order, as a file system's journal
keeps them, and are safe once their folder was synced.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final, Literal, NamedTuple

from tests.powercut.syscalls import Call, Cut, Made, Removed, Renamed, Synced, Written

SECTOR: Final = 512

Luck = Literal["none", "all", "half", "torn"]
LUCKS: Final[tuple[Luck, ...]] = ("none", "all", "half", "torn")

Change = Written | Cut
Naming = Made | Removed | Renamed


@dataclass(slots=True)
class _File:
    """What is on the disk for certain, and what the kernel holds besides."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)


class State(NamedTuple):
    """The files that a cut leaves, by name."""

    files: dict[str, bytes]

    def lay_out(self, folder: Path) -> None:
        """Put the files into `folder`, and nothing else."""
        for old in folder.iterdir():
            old.unlink()
        for name, data in self.files.items():
            (folder / name).write_bytes(data)


class Disk:
    """The files of one folder whose names begin with `stem`; shared memory is no part of it."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder = str(folder)
        self._stem = stem
        self._safe: dict[str, _File] = {}
        self._names: dict[str, _File] = {}
        self._naming: list[tuple[Naming, _File | None]] = []

    def hear(self, call: Call) -> bool:
        """Take a call in; False if it does not concern this disk."""
        path = PurePath(getattr(call, "path", ""))
        if isinstance(call, Synced) and str(path) == self._folder:
            self._safe, self._naming = dict(self._names), []
            return True
        if str(path.parent) != self._folder or not self._is_mine(path.name):
            return False
        return self._about(path.name, call)

    def states(self, luck: random.Random, lucks: tuple[Luck, ...] = LUCKS) -> Iterator[State]:
        """Return what a cut might leave now, once for each kind of luck."""
        for kind in lucks:
            names = dict(self._safe)
            for naming, file in self._naming[: self._lucky_names(kind, luck)]:
                _name(names, naming, file)
            yield State({name: _contents(file, kind, luck) for name, file in names.items()})

    def _is_mine(self, name: str) -> bool:
        return name.startswith(self._stem) and not name.endswith("-shm")

    def _about(self, name: str, call: Call) -> bool:
        match call:
            case Made() if name in self._names:
                return False
            case Made() | Removed() | Renamed():
                file = _File() if isinstance(call, Made) else None
                self._naming.append((call, file))
                _name(self._names, call, file)
            case Written() | Cut():
                self._names[name].pending.append(call)
            case Synced():
                file = self._names[name]
                file.safe = _apply(file.safe, file.pending)
                file.pending = []
        return True

    def _lucky_names(self, kind: Luck, luck: random.Random) -> int:
        most = len(self._naming)
        return {"none": 0, "all": most}.get(kind, luck.randint(0, most))


def _name(names: dict[str, _File], naming: Naming, file: _File | None) -> None:
    name = PurePath(naming.path).name
    if isinstance(naming, Made):
        assert file is not None
        names[name] = file
    elif isinstance(naming, Renamed):
        names[PurePath(naming.to).name] = names.pop(name)
    else:
        names.pop(name, None)


def _contents(file: _File, kind: Luck, luck: random.Random) -> bytes:
    if kind == "none":
        return bytes(file.safe)
    changes = file.pending
    if kind != "all":
        pieces = changes if kind == "half" else [p for each in changes for p in _sectors(each)]
        changes = [piece for piece in pieces if luck.random() < 0.5]
    return bytes(_apply(bytearray(file.safe), changes))


def _sectors(change: Change) -> Iterator[Change]:
    """Return the pieces of a change that a disk writes whole."""
    if isinstance(change, Cut):
        yield change
        return
    at, end = change.at, change.at + len(change.data)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        yield Written(change.path, at, change.data[at - change.at : until - change.at])
        at = until


def _apply(data: bytearray, changes: list[Change]) -> bytearray:
    for change in changes:
        if isinstance(change, Cut):
            del data[change.length :]
            data.extend(bytes(change.length - len(data)))
        else:
            data.extend(bytes(max(change.at - len(data), 0)))
            data[change.at : change.at + len(change.data)] = change.data
    return data
