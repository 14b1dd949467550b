"""Notices within a second that a file was replaced, and puts Reload.

A thread of its own: the loop reads no disk to learn whether a room or a revoked unit is new.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from service.events import CallbackFailed, Reload
from service.filestamp import stamps_of
from service.periodic import Periodic
from wire.ids import Seconds

_EVERY: Final = Seconds(1.0)


class FileWatch:
    """Watches `files`; puts Reload when one of them has changed."""

    def __init__(
        self, files: Sequence[Path], put: Callable[[Reload | CallbackFailed], None]
    ) -> None:
        self._files = files
        self._put = put
        self._seen = stamps_of(files)
        self._periodic = Periodic("filewatch", _EVERY, self.check, put, first=_EVERY)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def check(self) -> None:
        """Put Reload if a file is another than at the last look."""
        seen = stamps_of(self._files)
        if seen != self._seen:
            self._seen = seen
            self._put(Reload())
