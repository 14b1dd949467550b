"""The certificates of the units, as the authority keeps them: `<unit>.crt` in one folder.

A thread looks once a second whether the folder changed, so that the alert path reads no file.  A
unit that was revoked has no certificate there any more.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from gateway.work import Condition
from service.events import CallbackFailed
from service.guard import guarded
from service.sealed import seals_by
from wire.ids import NAME, UnitId
from wire.seal import Seals

log = logging.getLogger(__name__)

_EVERY_S: Final = 1.0


class CertificateFolder:
    """The keyring read from `folder`; puts a Condition named `certificates-of-units`."""

    def __init__(self, folder: Path, put: Callable[[Condition | CallbackFailed], None]) -> None:
        self._folder = folder
        self._put = put
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._keys: Mapping[UnitId, Seals] = {}
        self._pause = threading.Event()

    def of(self, unit: UnitId) -> Seals | None:
        """Return who judges the seals of `unit`; None if it has no certificate here."""
        return self._keys.get(unit)

    def start(self) -> None:
        """Read the folder, and go on looking at it."""
        self.look()
        threading.Thread(target=self._run, name="keyring", daemon=True).start()

    def look(self) -> None:
        """Read the folder if anything in it changed since the last time."""
        try:
            files = sorted(self._folder.glob("*.crt"))
            seen = tuple((f.name, (s := f.stat()).st_mtime_ns, s.st_ino) for f in files)
        except OSError as error:
            self._say(f"{self._folder} cannot be read: {error}")
            return
        if seen != self._seen:
            self._seen = seen
            self._read(files)

    def _run(self) -> None:
        look = guarded(self.look, self._put)
        while True:
            self._pause.wait(_EVERY_S)
            look()

    def _read(self, files: list[Path]) -> None:
        keys: dict[UnitId, Seals] = {}
        faults = []
        for file in files:
            try:
                if not NAME.fullmatch(file.stem):
                    raise ValueError("that is no name of a unit")
                keys[UnitId(file.stem)] = seals_by(file)
            except (OSError, ValueError) as error:
                faults.append(f"{file.name}: {error}")
        self._keys = keys
        log.info("certificates of %d units", len(keys))
        self._say("; ".join(faults[:3]) or None)

    def _say(self, fault: str | None) -> None:
        self._put(Condition("certificates-of-units", fault))
