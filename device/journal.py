"""The unit's journal: a thread that keeps the open alerts on the disk.  It decides nothing.

Only this thread opens the file, so a disk that is slow, full, dead or read-only never delays a
press: `save` and `forget` only leave the newest state of each alert, and the thread retries until
the disk takes it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from device.clock import monotonic
from device.events import Journaled, JournalReplaced, Loaded, StoredAlert
from device.rows import Batch, Rows, is_damage
from service.guard import guarded
from wire.ids import AlertId, Monotonic, Seconds

log = logging.getLogger(__name__)

# A disk that failed is asked again after so long; a press in between does not wake it sooner.
_RETRY_S: Final = 1.0
# A disk that has not answered for so long is a trouble, whether or not it says so.
_BEHIND: Final = Seconds(2.0)
# At the end: how long a slow disk may take for what is still waiting.
_LAST_S: Final = 1.0


class Journal:
    """Keeps rows at `path`; `machine` names this run of the machine.  Never blocks, never raises.

    `put` takes Loaded once, then Journaled and JournalReplaced, from the journal's own thread.
    """

    def __init__(self, path: Path, machine: str, put: Callable[[Any], None]) -> None:
        self._path = path
        self._machine = machine
        self._put = put
        self._waiting: dict[AlertId, StoredAlert | None] = {}
        self._since: Monotonic | None = None
        self._changed = threading.Condition()
        self._failure = ""
        self._loaded = False
        self._stopping = False
        keep = guarded(self._keep, put)
        self._thread = threading.Thread(target=keep, name="journal", daemon=True)

    def start(self) -> None:
        """Open the file, in the journal's own thread."""
        self._since = monotonic()
        self._thread.start()

    def save(self, row: StoredAlert) -> None:
        """Write `row` as soon as the disk allows; a newer one of the same alert replaces it."""
        self._leave(row.alert, row)

    def forget(self, alert: AlertId) -> None:
        """Take the alert out."""
        self._leave(alert, None)

    def well(self, now: Monotonic) -> bool:
        """False while the disk refuses, takes too long, or nobody writes to it."""
        since = self._since
        behind = since is not None and now - since > _BEHIND
        return not (self._failure or behind) and self._thread.is_alive()

    def stop(self) -> None:
        """Let what waits be written, for a second at most."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(_LAST_S)

    def _leave(self, alert: AlertId, row: StoredAlert | None) -> None:
        with self._changed:
            self._waiting[alert] = row
            self._since = self._since or monotonic()
            self._changed.notify()

    def _keep(self) -> None:
        rows: Rows | None = None
        while (batch := self._next_batch(wake=rows is None)) is not None:
            try:
                rows = rows or Rows(self._path, self._machine)
                self._load(rows)
                rows.write(batch)
            except (sqlite3.Error, OSError) as error:
                if rows is not None:
                    rows.close()
                rows = None
                self._failed(batch, error)
            else:
                self._written(batch)
        if rows is not None:
            rows.close()

    def _next_batch(self, wake: bool) -> Batch | None:
        """Wait for work; None at the end.  `wake`: opening the file is work, too."""
        with self._changed:
            self._changed.wait_for(lambda: wake or self._waiting or self._stopping)
            if self._stopping and not self._waiting:
                return None
            batch, self._waiting = self._waiting, {}
            return batch

    def _load(self, rows: Rows) -> None:
        """Put Loaded once: what a later opening finds, the unit knew and may have closed since."""
        if not self._loaded:
            self._put(Loaded(rows.read()))
            self._loaded = True

    def _written(self, batch: Batch) -> None:
        for alert, row in batch.items():
            if row is not None:
                self._put(Journaled(alert, row.presses))
        if self._failure:
            log.info("journal %s: writing works again", self._path)
        with self._changed:
            self._failure = ""
            self._since = monotonic() if self._waiting else None

    def _failed(self, batch: Batch, error: Exception) -> None:
        """Return the batch to the queue, as older than what came since, and pause."""
        if str(error) != self._failure:
            log.error(
                "journal %s cannot be written, alerts are sent without it: %s", self._path, error
            )
        self._failure = str(error)
        if is_damage(error):
            self._set_aside(error)
        with self._changed:
            self._waiting = {**batch, **self._waiting}
            if self._changed.wait_for(lambda: self._stopping, _RETRY_S):
                self._waiting = {}

    def _set_aside(self, error: Exception) -> None:
        """Rename a file that cannot be read, with what belongs to it, for a person to examine."""
        number = 1
        while (name := self._path.with_name(f"{self._path.name}.broken-{number}")).exists():
            number += 1
        try:
            self._path.rename(name)
            for tail in ("-wal", "-shm"):
                beside = self._path.with_name(self._path.name + tail)
                if beside.exists():
                    beside.rename(name.with_name(name.name + tail))
        except OSError as failure:
            log.error("journal %s is damaged and cannot be set aside: %s", self._path, failure)
            return
        self._put(JournalReplaced(name.name, str(error)))
