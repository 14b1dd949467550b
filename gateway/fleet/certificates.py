"""When the certificate of each unit ends: `<unit>.crt` in the authority's folder."""

from pathlib import Path

from service.certificate_dates import end_of
from service.filestamp import FileStamp, stamp_of
from wire.ids import NAME, UnitId, Wall


class UnitCertificates:
    """The certificates in `folder`; each is read again only when its file has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[UnitId, tuple[FileStamp | None, Wall | None]] = {}

    def ends(self) -> dict[UnitId, Wall]:
        """Return when each ends that can be read."""
        found: dict[UnitId, tuple[FileStamp | None, Wall | None]] = {}
        for file in self._folder.glob("*.crt"):
            if NAME.fullmatch(file.stem):
                unit, stamp = UnitId(file.stem), stamp_of(file)
                known = self._known.get(unit)
                found[unit] = known if known and known[0] == stamp else (stamp, _end(file))
        self._known = found
        return {unit: end for unit, (_, end) in found.items() if end is not None}


def _end(file: Path) -> Wall | None:
    try:
        return end_of(file)
    except (OSError, ValueError):
        return None
