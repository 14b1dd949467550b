"""Reloads the secret and certificate files of one endpoint, and reports files that cannot be used.

They are read at the start and then only by `check`, by the housekeeping thread, so that no disk can
delay a report.  Files that cannot be used stop this endpoint alone, until they can.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.core.events import HealthStatus
from service.filestamp import FileStamp, stamps_of
from wire.clean import clean
from wire.ids import EndpointName
from wire.receiver_troubles import CREDENTIALS

log = logging.getLogger(__name__)


class CredentialsError(ValueError):
    """Nothing can be sent to this endpoint: no usable files were there since the start."""


class FileReloader:
    """The files of one endpoint; `read` takes them up, or raises OSError or ValueError and leaves
    all as it was.
    """

    def __init__(
        self, endpoint: EndpointName, files: Sequence[Path], read: Callable[[], None]
    ) -> None:
        self._name = CREDENTIALS.name(endpoint)
        self._files = files
        self._read = read
        # Of the files that were last read well; None: never.
        self._stamp: tuple[FileStamp | None, ...] | None = None
        self._fault = ""
        self.check()

    def must_be_usable(self) -> None:
        """Raise CredentialsError unless `read` has gone well once."""
        if self._stamp is None:
            raise CredentialsError(self._fault)

    def check(self) -> HealthStatus:
        """Take up files that have changed; say so if they cannot be used."""
        try:
            self._take_changed()
        except (OSError, ValueError) as error:
            self._fault = self._words(clean(str(error)))
            return HealthStatus(self._name, self._fault)
        return HealthStatus(self._name, None)

    def _take_changed(self) -> None:
        stamp = stamps_of(self._files)
        if stamp == self._stamp:
            return
        self._read()
        if self._stamp is not None or self._fault:
            log.info("%s: new files are in use", self._name)
        self._stamp = stamp

    def _words(self, why: str) -> str:
        if self._stamp is None:
            return f"nothing can be sent to this receiver, for its files cannot be used: {why}"
        return f"the new files cannot be used, the old ones stay in use: {why}"
