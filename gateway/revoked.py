"""Whose word no longer counts: a file with the name of a revoked unit on each line.

The gateway, the broker's keeper and the authority each look at it for themselves, so that no one
of them has to work for a revocation to bite.
"""

from pathlib import Path

from service.files import write_whole
from service.settings import Fault, SettingsError
from wire.clean import clean
from wire.ids import NAME, UnitId


def read_revoked(path: Path) -> frozenset[UnitId]:
    """Return the names in the file at `path`; raises SettingsError for one that cannot be meant."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(path, [Fault(None, "", f"cannot be read: {error}")]) from error
    faults = [
        Fault(number, "", f"{clean(line)!r} is no unit's name")
        for number, line in enumerate(lines, 1)
        if not NAME.fullmatch(line)
    ]
    if faults:
        raise SettingsError(path, faults)
    return frozenset(map(UnitId, lines))


def revoke(path: Path, unit: UnitId) -> None:
    """Add `unit` to the file at `path`; raises SettingsError or OSError."""
    write_revoked(path, read_revoked(path) | {unit})


def write_revoked(path: Path, units: frozenset[UnitId]) -> None:
    """Write the file at `path` whole, for all to read; raises OSError."""
    write_whole(path, "".join(f"{unit}\n" for unit in sorted(units)).encode(), 0o644)
