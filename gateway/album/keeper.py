"""Keeps the pictures of incidents in a thread of its own, and ends their keeping in time.

The alert path hands pictures over and forgets them.  What cannot be kept is told as a trouble, and
holds nothing else up.
"""

import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Final, Protocol

from gateway.album.shelf import Shelf
from gateway.work import Condition, Frame, KeepPast, KeepPicture, Now
from wire.ids import CameraId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

TROUBLE: Final = "pictures"
# 13 MB of pictures in memory; a disk that is slower than that gets no more of them.
_MOST_WAITING: Final = 64
# Alerts must never find the disk full of pictures.
LEAST_FREE: Final = 500_000_000
_SWEEP_EVERY: Final = Seconds(3600.0)
_DAY: Final = 86400.0


class PastFrames(Protocol):
    """What memory holds of the last seconds."""

    def past(self, camera: CameraId, since: Wall) -> list[Frame]:
        """Return the frames taken from `since` on, the oldest first; never raises."""


class AlbumKeeper:
    """Keeps what it is given at `path` for `days`; puts the Condition `pictures` as it changes.

    `before` are the seconds before a press that the site lets be kept.  Nothing is deleted while
    `is_clock_set` says that nobody vouches for the wall clock.
    """

    def __init__(
        self,
        path: Path,
        frames: PastFrames,
        before: Seconds,
        days: int,
        put: Callable[[Condition], None],
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
        self._inbox: Queue[KeepPicture | KeepPast] = Queue(_MOST_WAITING)
        self._shelf: Shelf | None = None
        self._sweep_at = Monotonic(float("-inf"))
        self._told: str | None = None
        self._dropped = 0

    def start(self) -> None:
        """Begin to keep."""
        threading.Thread(target=self._run, name="album", daemon=True).start()

    def add(self, work: KeepPicture | KeepPast) -> None:
        """Hand over work; returns at once, and drops it if too much waits already."""
        if isinstance(work, KeepPast) and not self._before:
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
            problem = f"no picture is kept: {error}"
            self._close()
        if problem != self._told:
            self._told = problem
            self._put(Condition(TROUBLE, problem))

    def _run(self) -> None:
        while True:
            self.turn(self._clock(), _SWEEP_EVERY)

    def _pictures(self, wait: float) -> list[KeepPicture]:
        try:
            work = [self._inbox.get(timeout=wait)]
        except Empty:
            return []
        while not self._inbox.empty():
            work.append(self._inbox.get())
        return [picture for each in work for picture in self._read(each)]

    def _read(self, work: KeepPicture | KeepPast) -> list[KeepPicture]:
        if isinstance(work, KeepPicture):
            return [work]
        past = self._frames.past(work.camera, Wall(work.pressed_at - self._before))
        return [
            KeepPicture(work.incident, work.room, work.pressed_at, frame)
            for frame in past
            if frame.taken_at <= work.pressed_at
        ]

    def _commit(self, pictures: list[KeepPicture]) -> str | None:
        if shutil.disk_usage(self._path.parent).free < LEAST_FREE:
            return "no picture is kept: the disk is nearly full, and what is left is for alerts"
        self._opened().keep(pictures)
        if self._dropped:
            log.warning("%d pictures were not kept: too many waited", self._dropped)
            self._dropped = 0
        return None

    def _sweep(self, before: Wall) -> None:
        if self._path.exists() and (swept := self._opened().sweep(before)):
            log.info("%d pictures were deleted: their time was over", swept)

    def _opened(self) -> Shelf:
        self._shelf = self._shelf or Shelf(self._path)
        return self._shelf

    def _close(self) -> None:
        if self._shelf:
            self._shelf.close()
        self._shelf = None
