"""The gateway's disk: SQLite in a thread of its own.  What it was given it keeps trying to commit.

WAL with synchronous=FULL: NORMAL lost acknowledged rows in a third of the power cuts that were
simulated (facts, reliability 0.8).  All that came in while one commit ran goes into the next, so a
storm costs a few syncs.  A full disk frees a reserve; a broken database is set aside.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from gateway import rows
from gateway.layout import SET_ASIDE, open_database
from gateway.work import ActionTaken, Condition, Keep, KeepAlert, Kept, StoreFailed, StoreWell
from wire.ids import EndpointName, Monotonic, Wall

log = logging.getLogger(__name__)

# Freed when the disk is full: room for some hundred alerts in the log.
_RESERVE: Final = 1_000_000
# How often other processes' actions are looked for, and a failed commit is tried again.
_POLL_S: Final = 0.25
# A commit may wait for a slow card and for the lock; beyond this the process is better replaced.
_HANGS_S: Final = 8.0
# Work kept in memory while the disk is away; older troubles and events give way first.
_MOST_BACKLOG: Final = 50_000

Note = Kept | StoreFailed | StoreWell | ActionTaken


class Store:
    """Commits work in the order it came; puts Kept, StoreFailed, StoreWell and ActionTaken."""

    def __init__(self, path: Path, put: Callable[[Note], None]) -> None:
        self._path = path
        self._reserve = path.with_suffix(".reserve")
        self._put = put
        self._inbox: SimpleQueue[list[Keep]] = SimpleQueue()
        self._db: sqlite3.Connection | None = None
        self._backlog: list[Keep] = []
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._turned_at = time.monotonic()

    def start(self) -> None:
        """Begin to commit."""
        self._thread.start()

    def keep(self, work: list[Keep]) -> None:
        """Hand over work; returns at once."""
        self._inbox.put(work)

    def load(self, endpoints: Sequence[EndpointName], now: Monotonic) -> rows.Held:
        """Before `start`: return what the disk holds.

        A disk that cannot be read holds nothing, and StoreFailed is put: alerts go on without it.
        """
        try:
            self._db = open_database(self._path)
            self._refill_reserve()
            self._backlog += rows.ended_troubles(self._db, Wall(time.time()))
            return rows.held(self._db, endpoints, now)
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return rows.Held([], {}, {endpoint: set() for endpoint in endpoints})

    def turning(self, now: Monotonic) -> bool:
        """True while the thread makes progress; a disk that hangs for long is no progress."""
        return now - self._turned_at < _HANGS_S

    def look(self) -> Condition:
        """Say whether a broken database lies here, set aside for someone to look at."""
        names = ", ".join(sorted(path.name for path in self._path.parent.glob(SET_ASIDE)))
        words = f"was broken and a new one begun; look at it, then take it away: {names}"
        return Condition("store-replaced", words if names else None)

    def stop(self, within: float) -> None:
        """Commit what is there and end, or give up after `within` seconds."""
        self._inbox.put([])
        self._thread.join(within)

    def _run(self) -> None:
        ending = False
        while not ending:
            self._turned_at = time.monotonic()
            batches = self._take()
            ending = any(not batch for batch in batches)
            self._backlog += [work for batch in batches for work in batch]
            try:
                self._commit()
                self._hear_actions()
            except (sqlite3.Error, OSError) as error:
                self._failed(error)

    def _take(self) -> list[list[Keep]]:
        try:
            batches = [self._inbox.get(timeout=_POLL_S)]
        except Empty:
            return []
        while not self._inbox.empty():
            batches.append(self._inbox.get())
        return batches

    def _commit(self) -> None:
        if not self._backlog:
            return
        if self._db is None:
            self._db = open_database(self._path)
        done = len(self._backlog)
        self._db.execute("BEGIN IMMEDIATE")
        rows.write(self._db, self._backlog)
        self._db.execute("COMMIT")
        alerts = [work.id for work in self._backlog if isinstance(work, KeepAlert)]
        del self._backlog[:done]
        if self._failing:
            self._failing = False
            self._refill_reserve()
            self._put(StoreWell())
        if alerts:
            self._put(Kept(rows.stages(self._db, alerts)))

    def _hear_actions(self) -> None:
        if self._db is None or self._failing:
            return
        for action in rows.new_actions(self._db):
            self._put(action)

    def _failed(self, error: sqlite3.Error | OSError) -> None:
        self._failing = True
        log.error("the store took nothing: %s", error)
        self._put(StoreFailed(str(error)))
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            self._reserve.unlink(missing_ok=True)
        self._close()
        if len(self._backlog) > _MOST_BACKLOG:
            self._backlog = [work for work in self._backlog if isinstance(work, KeepAlert)]

    def _close(self) -> None:
        """A connection that failed is not trusted again."""
        if self._db is not None:
            try:
                self._db.close()
            except sqlite3.Error as error:
                log.warning("the failed database could not be closed: %s", error)
        self._db = None

    def _refill_reserve(self) -> None:
        try:
            self._reserve.write_bytes(bytes(_RESERVE))
        except OSError as error:
            log.warning("no reserve for a full disk: %s", error)
