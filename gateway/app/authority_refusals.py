"""Takes what the authority refused into the books: each once, a few a second at most."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gateway.config.told_refusals import ToldRefusal, read_refusals
from gateway.store.actions import SCHOOL, ActionQueue, QueuedAction
from service.events import CallbackFailed
from service.filestamp import FileStamp, stamp_of
from service.periodic import Periodic
from wire.clean import clean
from wire.errors import WireError
from wire.ids import Seconds

log = logging.getLogger(__name__)

_EVERY: Final = Seconds(2.0)
# However many an authority that was taken over leaves.
_MOST: Final = 20


class AuthorityRefusals:
    """Moves what lies at `path` to `queue`; a thread of its own."""

    def __init__(
        self, path: Path, queue: ActionQueue, put: Callable[[CallbackFailed], None]
    ) -> None:
        self._path = path
        self._queue = queue
        self._read: FileStamp | None = None
        self._taken: set[str] = set()
        self._periodic = Periodic("authority refusals", _EVERY, self.take, put)

    def start(self) -> None:
        """Start the thread."""
        self._periodic.start()

    def take(self) -> None:
        """Take what is new there; what the disk does not take now is there later."""
        stamp = stamp_of(self._path)
        if stamp is None or stamp == self._read:
            return
        try:
            if self._take(read_refusals(self._path)):
                self._read = stamp
        except sqlite3.Error as error:
            log.error("%s: cannot be taken into the books: %s", self._path, error)
        except (WireError, OSError) as error:
            log.error("%s: is not as the authority writes it: %s", self._path, clean(str(error)))
            self._read = stamp

    def _take(self, told: list[ToldRefusal]) -> bool:
        """Put those that are new; True if none is left over."""
        new = [each for each in told if each.id not in self._taken]
        for each in new[:_MOST]:
            action = QueuedAction(SCHOOL, "refused", each.by, f"by the authority: {each.words}")
            self._queue.put([action], file=f"authority/{each.id}")
            self._taken.add(each.id)
        self._taken.intersection_update(each.id for each in told)
        return len(new) <= _MOST
