"""The certificates of the units, as the authority keeps them: `<unit>.crt` in one folder.

A thread looks once a second whether the folder changed, so that the alert path reads no file.  A
unit that was revoked has no certificate there any more.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from gateway.core.events import HealthStatus
from service.events import CallbackFailed
from service.filestamp import FileStamp, stamps_of
from service.periodic import Periodic
from service.sealed import seals_by
from wire.ids import NAME, Seconds, UnitId
from wire.seal import Verifier
from wire.supervision_troubles import UNIT_CERTIFICATES

log = logging.getLogger(__name__)

_EVERY: Final = Seconds(1.0)


class CertificateFolder:
    """The keyring read from `folder`; puts a HealthStatus for files that cannot be used."""

    def __init__(self, folder: Path, put: Callable[[HealthStatus | CallbackFailed], None]) -> None:
        self._folder = folder
        self._put = put
        self._seen: tuple[tuple[Path, FileStamp | None], ...] | None = None
        self._keys: Mapping[UnitId, Verifier] = {}
        self._periodic = Periodic("keyring", _EVERY, self.refresh, put, first=_EVERY)

    def of(self, unit: UnitId) -> Verifier | None:
        """Return who judges the seals of `unit`; None if it has no certificate here."""
        return self._keys.get(unit)

    def start(self) -> None:
        """Read the folder, and go on looking at it."""
        self.refresh()
        self._periodic.start()

    def refresh(self) -> None:
        """Read the folder if anything in it changed since the last time."""
        try:
            files = sorted(self._folder.glob("*.crt"))
            seen = tuple(zip(files, stamps_of(files), strict=True))
        except OSError as error:
            self._say(f"{self._folder} cannot be read: {error}")
            return
        if seen != self._seen:
            self._seen = seen
            self._read(files)

    def _read(self, files: list[Path]) -> None:
        keys: dict[UnitId, Verifier] = {}
        faults = []
        for file in files:
            try:
                if not NAME.fullmatch(file.stem):
                    raise ValueError("the file's name is not a unit's name")
                keys[UnitId(file.stem)] = seals_by(file)
            except (OSError, ValueError) as error:
                faults.append(f"{file.name}: {error}")
        self._keys = keys
        log.info("certificates of %d units read", len(keys))
        self._say("; ".join(faults[:3]) or None)

    def _say(self, fault: str | None) -> None:
        self._put(HealthStatus(UNIT_CERTIFICATES.name(), fault))
