"""Keeps a second gateway's register equal to the first one's while it runs.

A thread of its own.  Compared, not notified: each time that the link to the first gateway comes up,
and once a minute.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from gateway.core.events import HealthStatus
from gateway.trust.register_copy import CopyError
from service.events import CallbackFailed, Reload
from service.periodic import Periodic
from wire.clean import clean
from wire.gateway_troubles import REGISTER_COPY, REGISTER_EDITED
from wire.ids import Monotonic, Seconds

log = logging.getLogger(__name__)

_CHECK_EVERY: Final = Seconds(1.0)
_COPY_EVERY: Final = Seconds(60.0)


class _Link(Protocol):
    @property
    def up(self) -> bool: ...


class _Copy(Protocol):
    def update(self) -> list[Path]: ...
    def set_aside(self) -> list[Path]: ...


class RegisterFollower:
    """Has `copy` updated; `link` leads to the first gateway.  Puts a HealthStatus, and Reload."""

    def __init__(
        self,
        copy: _Copy,
        link: _Link,
        put: Callable[[HealthStatus | Reload | CallbackFailed], None],
    ) -> None:
        self._copy = copy
        self._link = link
        self._put = put
        self._was_up = False
        self._due = Monotonic(0.0)
        self._periodic = Periodic("register-copy", _CHECK_EVERY, self._check_now, put)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def check(self, now: Monotonic) -> None:
        """Update the copy if the link came up since the last look, or a minute has passed."""
        is_up = self._link.up
        came_up, self._was_up = is_up and not self._was_up, is_up
        if not came_up and now < self._due:
            return
        self._due = Monotonic(now + _COPY_EVERY)
        self._put(HealthStatus(REGISTER_COPY.name(), self._update()))
        edited = ", ".join(map(str, self._copy.set_aside()))
        words = f"changed here and overwritten; what it was: {edited}" if edited else None
        self._put(HealthStatus(REGISTER_EDITED.name(), words))

    def _check_now(self) -> None:
        self.check(Monotonic(time.monotonic()))

    def _update(self) -> str | None:
        try:
            written = self._copy.update()
        except CopyError as error:
            return clean(str(error))
        if written:
            log.info("register copied from the first gateway: %s", ", ".join(map(str, written)))
            self._put(Reload())
        return None
