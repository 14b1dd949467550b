"""Keeps what endpoints acknowledged in a thread of its own, and deletes it when its time is over.

The alert path hands over and does not wait; no alert, report or lamp depends on what this disk
does.  What waits in memory is bounded; what was lost of it is a gap in the numbers on the disk.
"""

import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, NamedTuple

from gateway.core.effects import KeepDocuments, KeepMoments
from gateway.core.events import HealthStatus
from gateway.core.values import Now
from gateway.store.evidence.backlog import NOTHING_WAITS, EvidenceBacklog
from gateway.store.evidence.database import EvidenceDatabase
from service.events import CallbackFailed
from service.periodic import Periodic
from wire.gateway_troubles import EVIDENCE
from wire.ids import IncidentId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

# Alerts must never find the disk full of documents.
LEAST_FREE: Final = 100_000_000
# What comes within so long goes into one commit, and a storm has the processor for itself.
_GATHER: Final = Seconds(1.0)
_WAIT: Final = Seconds(60.0)
_AGAIN_AFTER_FAILURE: Final = Seconds(4.0)
# A card that tidies itself up may stand still for a second or two.
HANGS: Final = Seconds(10.0)
_SWEEP_EVERY: Final = Seconds(3600.0)
_DAY: Final = 86400.0
_ASIDE: Final = "*.damaged-?"

Still = Callable[[Collection[IncidentId]], set[IncidentId]]
"""Which of these incidents the store of alerts still has; raises sqlite3.Error."""


class Times(NamedTuple):
    """For how many days documents are kept at least, and the pictures in them at most."""

    documents: int
    pictures: int


class EvidenceWriter:
    """Keeps what it is given at `path`; `check` says how that stands.

    What is older than its days is deleted once `still` says that the store of alerts has no such
    incident any more, and nothing is while `is_clock_set` says that nobody vouches for the clock.
    """

    def __init__(
        self,
        path: Path,
        times: Times,
        still: Still,
        put: Callable[[CallbackFailed], None],
        clock: Callable[[], Now],
        is_clock_set: Callable[[Wall], bool],
    ) -> None:
        self._path = path
        self._times = times
        self._still = still
        self._clock = clock
        self._is_clock_set = is_clock_set
        self._backlog = EvidenceBacklog(clock().wall)
        self._database: EvidenceDatabase | None = None
        self._sweep_at = Monotonic(float("-inf"))
        self._asked_at: Monotonic | None = None
        self._problem: str | None = None
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._is_kept = threading.Event()
        self._periodic = Periodic("evidence", _GATHER, self._turn_now, put)

    def start(self) -> None:
        """Begin to keep."""
        self._periodic.start()

    def add(self, work: KeepDocuments | KeepMoments) -> None:
        """Hand over work; returns at once."""
        self._backlog.add(work)
        if isinstance(work, KeepDocuments):  # a moment has time: its report is about to leave
            self._woken.set()

    def stop(self, within: float) -> None:
        """Keep what waits, or give up after `within` seconds."""
        if self._backlog.is_empty and self._asked_at is None:
            return
        self._is_kept.clear()
        self._stopping.set()
        self._woken.set()
        self._periodic.wake()
        self._is_kept.wait(within)

    def check(self) -> HealthStatus:
        """Return whether documents are kept; any thread may ask, however the disk stands."""
        asked_at = self._asked_at
        if asked_at is not None and self._clock().mono - asked_at > HANGS:
            return HealthStatus(EVIDENCE.name(), "documents are not kept: the disk does not answer")
        return HealthStatus(EVIDENCE.name(), self._problem or self._damaged())

    def turn(self, now: Now) -> None:
        """Keep what waits, and delete what is due at `now`."""
        self._woken.clear()
        work = self._backlog.take()
        self._asked_at = self._clock().mono
        try:
            self._problem = self._no_room()
            if self._problem is None and any(work):
                self._opened().keep(work)
                work = NOTHING_WAITS
            if now.mono >= self._sweep_at and self._is_clock_set(now.wall):
                self._sweep_at = Monotonic(now.mono + _SWEEP_EVERY)
                self._sweep(now.wall)
        except (sqlite3.Error, OSError) as error:
            self._problem = f"documents are not kept: {error}"
            self._close()
            if _is_damage(error):
                self._set_aside(error)
        finally:
            self._asked_at = None
            self._backlog.give_back(work)
        if self._backlog.is_empty:
            self._is_kept.set()
        self._periodic.every = _AGAIN_AFTER_FAILURE if self._problem else _GATHER

    def _damaged(self) -> str | None:
        names = ", ".join(sorted(each.name for each in self._path.parent.glob(_ASIDE)))
        words = "what was kept of receivers was damaged; examine it, then move it away"
        return f"{words}: {names}" if names else None

    def _set_aside(self, error: Exception) -> None:
        """What comes is kept in a new one."""
        number = sum(1 for _ in self._path.parent.glob(_ASIDE))
        aside = self._path.with_suffix(f".damaged-{number}")
        log.critical("%s is damaged (%s); it is set aside as %s", self._path, error, aside.name)
        for tail in ("", "-wal", "-shm"):
            each = Path(f"{self._path}{tail}")
            if each.exists():
                each.rename(f"{aside}{tail}")

    def _turn_now(self) -> None:
        if not self._problem:
            self._woken.wait(_WAIT)
            self._stopping.wait(_GATHER)
        self.turn(self._clock())

    def _no_room(self) -> str | None:
        if shutil.disk_usage(self._path.parent).free < LEAST_FREE:
            return "documents are not kept: the disk is nearly full, and the rest is for alerts"
        return None

    def _sweep(self, now: Wall) -> None:
        if not self._path.exists():
            return
        database, before = self._opened(), Wall(now - self._times.documents * _DAY)
        emptied = database.drop_pictures(Wall(now - self._times.pictures * _DAY))
        old = database.old(before)
        deleted = database.delete(set(old) - self._still(old), before)
        if emptied or deleted:
            database.give_space_back()
            log.info(
                "%d documents deleted, and %d with pictures: their retention time is over",
                deleted,
                emptied,
            )

    def _opened(self) -> EvidenceDatabase:
        self._database = self._database or EvidenceDatabase(self._path)
        return self._database

    def _close(self) -> None:
        if self._database:
            self._database.close()
        self._database = None


def _is_damage(error: Exception) -> bool:
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError
    )
