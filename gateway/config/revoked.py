"""The list of revoked units: a file with one name on each line.

Gateway, broker supervisor and authority each read it by themselves, so a revocation takes effect
even while one of them is down.
"""

from pathlib import Path

from service.files import write_whole
from service.settings import Fault, SettingsError, read_file
from wire.clean import clean
from wire.ids import NAME, UnitId


def read_revoked(path: Path) -> frozenset[UnitId]:
    """Return the names in the file at `path`; raises SettingsError for one that cannot be meant."""
    named = [
        (number, line.strip())
        for number, line in enumerate(read_file(path).text.splitlines(), 1)
        if line.strip()
    ]
    faults = [
        Fault(number, "", f"{clean(name)!r} is no unit's name, 3 to 32 of a-z, 0-9 and -")
        for number, name in named
        if not NAME.fullmatch(name)
    ]
    if faults:
        raise SettingsError(path, faults)
    return frozenset(UnitId(name) for _, name in named)


def revoke(path: Path, unit: UnitId) -> None:
    """Add `unit` to the file at `path`; raises SettingsError or OSError."""
    write_revoked(path, read_revoked(path) | {unit})


def write_revoked(path: Path, units: frozenset[UnitId]) -> None:
    """Write the file at `path` whole, for all to read; raises OSError."""
    write_whole(path, "".join(f"{unit}\n" for unit in sorted(units)).encode(), 0o644)
