"""The register as its file says now: read again when the file has changed."""

import logging
from collections.abc import Callable
from pathlib import Path

from gateway.register import Register
from service.settings import SettingsError

log = logging.getLogger(__name__)


class Registry:
    """The register in the file at `path`; a file with faults leaves the last good one in force.

    Raises SettingsError only when it is made.
    """

    def __init__(self, path: Path, read: Callable[[], Register]) -> None:
        self._path = path
        self._read = read
        self._stamp = self._now()
        self._register = read()

    def read(self) -> Register:
        """Return the register; any thread may ask."""
        stamp = self._now()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._register = self._read()
            except SettingsError as error:
                log.error("%s\nthe last good register stays in force", error)
        return self._register

    def _now(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)
