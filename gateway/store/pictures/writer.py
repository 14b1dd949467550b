"""Saves the pictures of incidents in a thread of its own, and deletes them when their time is over.

The alert path hands pictures over and does not wait.  A picture that cannot be saved is reported as
a trouble, and delays nothing else.
"""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Final, Protocol

from gateway.core.effects import SavePastFrames, SavePicture
from gateway.core.events import HealthStatus
from gateway.core.values import Frame, Now
from gateway.store.pictures.database import PictureDatabase
from service.events import CallbackFailed
from service.periodic import PATIENCE, Periodic
from wire.gateway_troubles import PICTURES
from wire.ids import CameraId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

# 13 MB of pictures in memory; a disk that is slower than that gets no more of them.
_MOST_WAITING: Final = 64
# Alerts must never find the disk full of pictures.
LEAST_FREE: Final = 500_000_000
_SWEEP_EVERY: Final = Seconds(3600.0)
# A turn that waits for pictures must end well before its thread is taken for one that hangs.
LONGEST_WAIT: Final = Seconds(PATIENCE / 5)
_DAY: Final = 86400.0


class PastFrames(Protocol):
    """What memory holds of the last seconds."""

    def past(self, camera: CameraId, since: Wall) -> list[Frame]:
        """Return the frames taken from `since` on, the oldest first; never raises."""


class PictureWriter:
    """Keeps what it is given at `path` for `days`; puts the HealthStatus `pictures` as it changes.

    `before` are the seconds before a press that the site lets be kept.  Nothing is deleted while
    `is_clock_set` says that nobody vouches for the wall clock.
    """

    def __init__(
        self,
        path: Path,
        frames: PastFrames,
        before: Seconds,
        days: int,
        put: Callable[[HealthStatus | CallbackFailed], None],
        clock: Callable[[], Now],
        is_clock_set: Callable[[Wall], bool],
    ) -> None:
        self._path = path
        self._frames = frames
        self._before = before
        self._keep_for = days * _DAY
        self._put = put
        self._clock = clock
        self._is_clock_set = is_clock_set
        self._inbox: Queue[SavePicture | SavePastFrames] = Queue(_MOST_WAITING)
        self._database: PictureDatabase | None = None
        self._sweep_at = Monotonic(float("-inf"))
        self._told: str | None = None
        self._dropped = 0
        # A turn waits for pictures; after one that failed the next comes no sooner than this.
        self._periodic = Periodic("album", Seconds(0.05), self._turn_now, put)

    def start(self) -> None:
        """Begin to keep."""
        self._periodic.start()

    def add(self, work: SavePicture | SavePastFrames) -> None:
        """Hand over work; returns at once, and drops it if too much waits already."""
        if isinstance(work, SavePastFrames) and not self._before:
            return
        try:
            self._inbox.put_nowait(work)
        except Full:
            self._dropped += 1

    def turn(self, now: Now, wait: float) -> None:
        """Keep what comes within `wait` seconds, and delete what is due at `now`."""
        problem = self._told
        try:
            if pictures := self._pictures(wait):
                problem = self._commit(pictures)
            if now.mono >= self._sweep_at and self._is_clock_set(now.wall):
                self._sweep_at = Monotonic(now.mono + _SWEEP_EVERY)
                self._sweep(Wall(now.wall - self._keep_for))
        except (sqlite3.Error, OSError) as error:
            problem = f"pictures are not saved: {error}"
            self._close()
        if problem != self._told:
            self._told = problem
            self._put(HealthStatus(PICTURES.name(), problem))

    def _turn_now(self) -> None:
        self.turn(self._clock(), LONGEST_WAIT)

    def _pictures(self, wait: float) -> list[SavePicture]:
        try:
            work = [self._inbox.get(timeout=wait)]
        except Empty:
            return []
        while not self._inbox.empty():
            work.append(self._inbox.get())
        return [picture for each in work for picture in self._read(each)]

    def _read(self, work: SavePicture | SavePastFrames) -> list[SavePicture]:
        if isinstance(work, SavePicture):
            return [work]
        past = self._frames.past(work.camera, Wall(work.pressed_at - self._before))
        return [
            SavePicture(work.incident, work.room, work.pressed_at, frame)
            for frame in past
            if frame.taken_at <= work.pressed_at
        ]

    def _commit(self, pictures: list[SavePicture]) -> str | None:
        if shutil.disk_usage(self._path.parent).free < LEAST_FREE:
            return "pictures are not saved: the disk is nearly full, and the rest is for alerts"
        self._opened().keep(pictures)
        if self._dropped:
            log.warning("%d pictures were not saved: too many were waiting", self._dropped)
            self._dropped = 0
        return None

    def _sweep(self, before: Wall) -> None:
        if self._path.exists() and (swept := self._opened().sweep(before)):
            log.info("%d pictures deleted: their retention time is over", swept)

    def _opened(self) -> PictureDatabase:
        self._database = self._database or PictureDatabase(self._path)
        return self._database

    def _close(self) -> None:
        if self._database:
            self._database.close()
        self._database = None
