"""Reads settings and register again, when a file was replaced or somebody asks, and keeps them.

A thread of its own: reading 2,000 rooms takes 0.2 s, and a disk may hang.  The loop goes on
meanwhile, and gets the register once it is whole.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from gateway.config.last_good import LastGood
from gateway.config.load import read_register
from gateway.config.settings import GatewaySettings
from gateway.core.events import RegisterRead
from gateway.core.site import Register
from service.filestamp import FileStamp, stamp_of, stamps_of
from service.periodic import Periodic
from service.settings import SettingsError, load
from wire.ids import Seconds

log = logging.getLogger(__name__)

_EVERY: Final = Seconds(1.0)
_NOT_KEPT: Final = "in force, but no copies for a later start can be kept beside the store"


class RegisterReader:
    """Puts RegisterRead for the settings at `path` which run as `settings`.

    It does so for each change, and once soon after its start: not at once, for it would keep the
    links from connecting.  `take` gets each register first, and raises SettingsError if it cannot
    be used.  `fault` says why the files are not in force; None if they are.
    """

    def __init__(
        self,
        path: Path,
        settings: GatewaySettings,
        take: Callable[[Register], Register],
        put: Callable[[Any], None],
    ) -> None:
        self.fault: str | None = None
        self._path = path
        self._rooms = settings.site.rooms
        self._take = take
        self._put = put
        self._kept = LastGood(settings.store.path)
        revoked = settings.trust.revoked if settings.trust else None
        self._files = [path, self._rooms, *([revoked] if revoked else [])]
        self._seen: tuple[FileStamp | None, ...] = ()
        self._is_kept = True
        self._periodic = Periodic("register", _EVERY, self.check, put, first=_EVERY)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def read_again(self) -> None:
        """Read at once, changed or not; from any thread."""
        self._seen = ()
        self._periodic.wake()

    def check(self) -> None:
        """Read if a file is another than at the last look; `check --accept` writes the kept one."""
        files, kept = stamps_of(self._files), stamp_of(self._kept.register)
        if (*files, kept) != self._seen:
            self._seen = (*files, kept)
            self._read(files)
        elif not self._is_kept:
            self._keep(files)

    def _read(self, files: Sequence[FileStamp | None]) -> None:
        try:
            settings = load(self._path, GatewaySettings)
            register = self._take(read_register(settings))
        except SettingsError as error:
            log.error("%s\nnew settings refused; the last good settings stay in force", error)
            self.fault = f"{error.path.name}: {error.faults[0]}"
            return
        self._put(RegisterRead(register))
        self._keep(files)

    def _keep(self, files: Sequence[FileStamp | None]) -> None:
        """Keep what is in force; what a disk does not take is tried again with each look."""
        self._is_kept, self.fault = True, None
        try:
            self._kept.keep(self._path, self._rooms, files[:2])
        except OSError as error:
            self._is_kept, self.fault = False, f"{_NOT_KEPT}: {error}"
        self._seen = (*files, stamp_of(self._kept.register))
