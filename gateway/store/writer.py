"""The gateway's disk: SQLite in a thread of its own, which retries until its work is committed.

WAL with synchronous=FULL: NORMAL lost acknowledged rows in a third of the power cuts that were
simulated (docs/decisions/disk-sync.md).  All that came in while one commit ran goes into the next,
so a storm costs a few syncs.  A full disk frees a reserve; a broken database is set aside.  Nobody
waits for this thread, and no watchdog depends on what its disk does.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from shutil import disk_usage
from typing import Final

from gateway.core.effects import Save, SaveAlert
from gateway.core.events import Committed, HealthStatus, OperatorActed, StoreFailed, StoreRecovered
from gateway.core.values import Now
from gateway.store import asked_actions, sql
from gateway.store.backlog import Backlog
from gateway.store.health import DiskHealth
from gateway.store.lock_holder import words_of
from gateway.store.retention import FOR_EVER, Retention
from gateway.store.saved_state import SavedState, held
from gateway.store.schema import open_database
from service.set_aside import SET_ASIDE
from service.slow_disk import ask_disk
from wire.gateway_troubles import DATABASE_REPLACED
from wire.ids import EndpointName, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

# Freed when the disk is full: room for some hundred alerts in the log.
_RESERVE: Final = 1_000_000
# How often other processes' actions are looked for.
_POLL: Final = Seconds(0.25)

_Loaded = tuple[sqlite3.Connection, list[Save], SavedState]
Note = Committed | StoreFailed | StoreRecovered | OperatorActed


class Store:
    """Commits work in the order it came; puts Committed, StoreFailed, OperatorActed."""

    def __init__(
        self, path: Path, put: Callable[[Note], None], retention: Retention = FOR_EVER
    ) -> None:
        self._path = path
        self._reserve = path.with_suffix(".reserve")
        self._put = put
        self._backlog = Backlog()
        self._health = DiskHealth(put)
        self._retention = retention
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._stopping = threading.Event()
        self._db: sqlite3.Connection | None = None
        self._given: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    def start(self) -> None:
        """Begin to commit."""
        self._thread.start()

    def keep(self, work: list[Save]) -> None:
        """Hand over work; returns at once."""
        if self._backlog.add(work):
            self._wake.put(None)

    def load(self, endpoints: Sequence[EndpointName], now: Monotonic) -> SavedState:
        """Before `start`: return what the disk holds.

        A disk that cannot be read, or hangs, holds nothing, and StoreFailed is put: alerts go on
        without it.
        """
        read = partial(self._read, endpoints, now)
        try:
            self._db, ended, state = ask_disk(read, (sqlite3.Error, OSError), _close_late)
            self._backlog.add(ended)
            return state
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return SavedState([], {}, {endpoint: set() for endpoint in endpoints})

    def check(self, now: Monotonic) -> None:
        """Take a disk that does not answer for one that failed; to be called every second."""
        self._health.check(now)

    def alive(self, _now: Monotonic) -> bool:
        """True while there is a thread that asks the disk, whether or not the disk answers.

        To be replaced for a disk that hangs would lose the very alerts that it did not take.
        """
        return self._thread.is_alive()

    def works(self) -> bool:
        """False from the first thing that the disk did not take, until it takes one again."""
        return self.fault is None

    @property
    def fault(self) -> str | None:
        """Why the disk takes nothing now; None if it does."""
        return self._health.fault

    def damaged(self) -> HealthStatus:
        """Return whether a broken database was set aside here, for a person to examine."""
        names = ", ".join(sorted(path.name for path in self._path.parent.glob(SET_ASIDE)))
        words = (
            f"a damaged database was replaced by a new one; examine it, then move it away: {names}"
        )
        return HealthStatus(DATABASE_REPLACED.name(), words if names else None)

    def stop(self, within: float) -> None:
        """Commit what is there and end, or give up after `within` seconds."""
        self._stopping.set()
        self._wake.put(None)
        self._thread.join(within)

    def _read(self, endpoints: Sequence[EndpointName], now: Monotonic) -> _Loaded:
        db = open_database(self._path)
        self._refill_reserve()
        ended: list[Save] = [*sql.ended_troubles(db, Wall(time.time()))]
        return db, ended, held(db, endpoints, now)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._turn()
            with suppress(Empty):
                self._wake.get(timeout=_POLL)
        self._turn()

    def _turn(self) -> None:
        """Ask the disk once; after a failure wait before the next turn, for longer each time."""
        work = self._backlog.take()
        self._health.asked(_monotonic())
        try:
            if work:
                self._commit(work)
            else:
                self._refill_reserve()
                self._retention.sweep(self._opened(), Now(_monotonic(), Wall(time.time())))
            self._give_actions()
        except (sqlite3.Error, OSError) as error:
            self._backlog.give_back(work)
            self._stopping.wait(self._failed(error))
        else:
            self._health.answered()

    def _give_actions(self) -> None:
        """Put what persons asked for since the last look."""
        self._given = asked_actions.not_done(self._opened(), self._given) if self._given else set()
        for action in asked_actions.new_actions(self._opened(), self._given):
            self._given.add(action.number)
            self._put(action)

    def _commit(self, work: list[Save]) -> None:
        """Commit `work`, and empty it as soon as it is on the disk."""
        db = self._opened()
        db.execute("BEGIN IMMEDIATE")
        sql.write(db, work)
        db.execute("COMMIT")
        at = Wall(time.time())
        alerts = [each.id for each in work if isinstance(each, SaveAlert)]
        work.clear()
        self._health.answered()
        self._health.asked(_monotonic())
        if alerts:
            self._put(Committed(sql.states(db, alerts), at))

    def _opened(self) -> sqlite3.Connection:
        self._db = self._db or open_database(self._path)
        return self._db

    def _failed(self, error: sqlite3.Error | OSError) -> Seconds:
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            with suppress(OSError):  # a disk may refuse that, too
                self._reserve.unlink(missing_ok=True)
        # The last to close it takes the locked file away.
        words = words_of(str(error), self._path)
        self._close()
        return self._health.failed(words)

    def _close(self) -> None:
        """A connection that failed is not trusted again."""
        if self._db is not None:
            try:
                self._db.close()
            except sqlite3.Error as error:
                log.warning("the failed database could not be closed: %s", error)
        self._db = None

    def _refill_reserve(self) -> None:
        """Lay the reserve aside again, once the disk has room for more than that."""
        if self._reserve.exists() or disk_usage(self._path.parent).free < 2 * _RESERVE:
            return
        try:
            self._reserve.write_bytes(bytes(_RESERVE))
        except OSError as error:
            self._reserve.unlink(missing_ok=True)
            log.warning("could not write the reserve file for a full disk: %s", error)


def _close_late(loaded: _Loaded) -> None:
    loaded[0].close()


def _monotonic() -> Monotonic:
    return Monotonic(time.monotonic())
