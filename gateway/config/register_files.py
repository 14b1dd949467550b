"""The files of the register: what a school's second gateway has from its first one, byte for byte.

Rooms and units, where cameras hang on the plan, and the numbers by which alarm centres know rooms.
"""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from service.files import open_to_read

CAMERAS: Final = "cameras-on-plan.csv"
"""Beside the register's own file."""
LARGEST: Final = 1_000_000
"""Bytes of all of them together; a school of a thousand rooms has a tenth of it."""


class RegisterFiles(NamedTuple):
    """What each file holds; nothing where there is none."""

    rooms: bytes
    cameras: bytes
    zones: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, in hexadecimal."""
        each = b"".join(hashlib.sha256(content).digest() for content in self)
        return hashlib.sha256(each).hexdigest()

    def as_text(self) -> Mapping[str, str]:
        """Return it as JSON can carry it."""
        return {
            name: base64.b64encode(content).decode("ascii")
            for name, content in self._asdict().items()
        }


def from_text(told: Mapping[str, object]) -> RegisterFiles:
    """Return what `as_text` made; raises ValueError for anything else, or too much of it."""
    try:
        contents = [
            base64.b64decode(str(told[name]), validate=True) for name in RegisterFiles._fields
        ]
    except KeyError as error:
        raise ValueError(f"the register lacks {error}") from error
    return must_be_small(RegisterFiles(*contents))


class RegisterPaths(NamedTuple):
    """Where the files of one gateway are."""

    rooms: Path
    cameras: Path
    zones: Path

    def read(self) -> RegisterFiles:
        """Return the contents; raises OSError, or ValueError for more than a register can be."""
        return must_be_small(RegisterFiles(*map(_read, self)))


def register_paths(rooms: Path, store: Path) -> RegisterPaths:
    """Return where they are, with the register at `rooms` and the store at `store`."""
    return RegisterPaths(rooms, rooms.with_name(CAMERAS), store.with_suffix(".zones"))


def must_be_small(files: RegisterFiles) -> RegisterFiles:
    """Raise ValueError for more than LARGEST bytes."""
    if sum(map(len, files)) > LARGEST:
        raise ValueError(f"the register is larger than {LARGEST // 1000} kB")
    return files


def _read(path: Path) -> bytes:
    try:
        with open_to_read(path) as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return b""
