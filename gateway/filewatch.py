"""Sees that a file was replaced, within a second, and asks for the settings to be read again.

A thread of its own: the loop asks no disk whether a room or a revoked unit is new.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from service.events import CallbackFailed, Reload
from service.guard import guarded

_EVERY_S: Final = 1.0
_Stamp = tuple[int, int, int]


class FileWatch:
    """Looks at `files`; puts Reload when one of them has changed."""

    def __init__(
        self, files: Sequence[Path], put: Callable[[Reload | CallbackFailed], None]
    ) -> None:
        self._files = files
        self._put = put
        self._seen = self._now()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="filewatch", daemon=True).start()

    def look(self) -> None:
        """Put Reload if a file is another than at the last look."""
        seen = self._now()
        if seen != self._seen:
            self._seen = seen
            self._put(Reload())

    def _run(self) -> None:
        look, pause = guarded(self.look, self._put), threading.Event()
        while True:
            pause.wait(_EVERY_S)
            look()

    def _now(self) -> list[_Stamp | None]:
        return [_stamp(file) for file in self._files]


def _stamp(file: Path) -> _Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
