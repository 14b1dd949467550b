"""The register as its file is now: read again when the file has changed."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.core.site import Register
from service.filestamp import stamps_of
from service.settings import SettingsError

log = logging.getLogger(__name__)


class RegisterCache:
    """The register as `read` reads it; it is asked again when one of `files` has changed.

    A register with faults leaves the last good one in force.

    Raises SettingsError only when it is made.
    """

    def __init__(self, files: Sequence[Path], read: Callable[[], Register]) -> None:
        self._files = files
        self._read = read
        self._stamp = stamps_of(files)
        self._register = read()

    def read(self) -> Register:
        """Return the register; any thread may ask."""
        stamp = stamps_of(self._files)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._register = self._read()
            except SettingsError as error:
                log.error("%s\nthe last good register stays in force", error)
        return self._register
