"""The sequence numbers of one DC-09 line, 0001 to 9999, in a small synced file of their own.

A receiver may take two events with one number for a repeat and drop the second; so a number never
serves twice before all others have.  `take` costs no disk: the caller sends, and then lets `keep`
write while the answer is on its way.  A start skips one number, for one may have left unwritten.
"""

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from gateway.formats.dc09.frame import LAST_SEQUENCE

log = logging.getLogger(__name__)


class Numbers:
    """Numbers the events of one line; an event keeps its number until it is `done`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last, self._open = _read(path)

    def take(self, event: str) -> int:
        """Return the number of `event`: that of its earlier tries, or the next one."""
        known = self._open.get(event)
        if known is None:
            self._last = self._last % LAST_SEQUENCE + 1
            known = self._open[event] = self._last
        return known

    def done(self, event: str) -> None:
        """The receiver took `event`, or it is given up."""
        self._open.pop(event, None)

    def keep(self) -> None:
        """Write down what was taken, synced; a disk that fails is logged and stops no alarm."""
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                json.dump({"last": self._last, "open": self._open}, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            log.warning("sequence numbers could not be kept on disk: %s", error)


def _read(path: Path) -> tuple[int, dict[str, int]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return int(found["last"]) % LAST_SEQUENCE + 1, _open(found["open"])
    except FileNotFoundError:
        return 0, {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s does not hold sequence numbers, they begin anew: %s", path.name, error)
        return 0, {}


def _open(found: Mapping[str, object]) -> dict[str, int]:
    return {str(event): int(str(number)) for event, number in found.items()}
