"""The package of a unit's program that a card carries, and what it must be."""

import re
from pathlib import Path
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"tocsin-unit_[0-9A-Za-z.~-]+\+deb(12|13)_arm64\.deb")
_DEB: Final = b"!<arch>\ndebian-binary"
_LARGEST: Final = 200_000_000


class PackageError(ValueError):
    """A file that is no package of a unit; the words say what to give."""


class UnitPackage(NamedTuple):
    """A package file, whole."""

    name: str
    content: bytes


def read_package(path: Path) -> UnitPackage:
    """Return the package at `path`; raises OSError or PackageError."""
    if not _NAME.fullmatch(path.name):
        raise PackageError(
            f"{path.name} is no package for a unit: give tocsin-unit_VERSION+deb13_arm64.deb"
            " (or deb12) of a release, with --package"
        )
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if not content.startswith(_DEB) or len(content) > _LARGEST:
        raise PackageError(f"{path} is damaged, or no package of Debian")
    return UnitPackage(path.name, content)
