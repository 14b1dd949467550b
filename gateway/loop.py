"""The gateway's one loop: inbox -> core -> work.  It owns all state and waits only for its inbox.

Everything that lies in the inbox is taken at once; then reports leave, then the disk gets its work,
then units are told as far as nothing new has come in.  Urgency is this order.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import Empty
from typing import Any, Final

from gateway.cameras.events import Why
from gateway.desk import Desk
from gateway.inbox import Inbox
from gateway.notice import Notice
from gateway.ports import Ports
from gateway.register import Register
from gateway.work import (
    Abort,
    ActionTaken,
    Announce,
    Follow,
    Keep,
    KeepPast,
    KeepPicture,
    KeepTrouble,
    Launch,
    Now,
    Tell,
    Work,
)
from service.events import CallbackFailed, Reload, Stop
from service.settings import SettingsError
from wire.codec import encode
from wire.ids import CameraId, Monotonic, SiteId
from wire.messages import Progress
from wire.topics import progress_topic

log = logging.getLogger(__name__)

# As much as is taken in before reports leave: bounds what one turn can cost.
_MOST_EVENTS: Final = 1000
# So many at once are a storm: taken in by the dozen, they cost a third of what they cost singly.
_STORM: Final = 16
_GATHER_S: Final = 0.03
# Units are told in a pause; if none comes, some of them all the same.
_MOST_UNTOLD: Final = 2000
_LEAST_TOLD: Final = 64
_LONGEST_WAIT_S: Final = 0.5
# What can wait is done in a pause; if none comes, so often all the same.
_CALM_EVERY_S: Final = 1.0
# A report that leaves has the processor for this long, before disk and units get their turn.
_PAUSE_S: Final = 0.001
_NO_REASON: Final = "its camera process has nothing of it"


class Loop:
    """Runs the core on its adapters until Stop comes out of `inbox`."""

    def __init__(
        self,
        site: SiteId,
        desk: Desk,
        ports: Ports,
        inbox: Inbox,
        clock: Callable[[], Now],
        reload: Callable[[], Register],
        each_turn: Callable[[Monotonic], None],
    ) -> None:
        self._site = site
        self._desk = desk
        self._ports = ports
        self._inbox = inbox
        self._clock = clock
        self._reload = reload
        self._each_turn = each_turn
        self._untold: deque[Tell] = deque()
        self._unannounced: deque[Announce] = deque()
        self._keep: list[Keep] = []
        self._storm = False
        self._calm_by = Monotonic(0.0)
        self._gather = threading.Event()
        self._ended = False

    def run(self) -> None:
        """Turn until Stop comes."""
        while not self._ended:
            self._turn(self._take())
            self._each_turn(self._clock().mono)

    def _take(self) -> list[Any]:
        """Return all that lies in the inbox; wait for it no longer than until something is due."""
        waiting = self._keep or self._untold or self._unannounced
        due = self._desk.next_due() - self._clock().mono
        wait = min(_PAUSE_S if waiting else _LONGEST_WAIT_S, due)
        try:
            events = [self._inbox.get(wait)]
        except Empty:
            return []
        if self._storm:
            self._gather.wait(_GATHER_S)
        while len(events) < _MOST_EVENTS and not self._inbox.empty():
            events.append(self._inbox.get(0.0))
        self._storm = len(events) >= _STORM
        return events

    def _turn(self, events: list[Any]) -> None:
        now = self._clock()
        for event in events:
            self._hear_safely(event, now)
        self._look_at(self._desk.path.pictures.looks(), now)
        launches = self._desk.launches(now)
        for launch in launches:
            self._do(launch)
        if not launches:
            self._hand_to_store()
        if not events or len(self._untold) > _MOST_UNTOLD:
            self._tell()
        if not events or now.mono >= self._calm_by:
            self._do_what_can_wait(now)

    def _do_what_can_wait(self, now: Now) -> None:
        """A report that leaves needs the processor, so this has a turn of its own."""
        self._calm_by = Monotonic(now.mono + _CALM_EVERY_S)
        for event in self._inbox.calm():
            self._hear_safely(event, now)
        self._look_at(self._desk.path.pictures.later_looks(now), now)
        for work in (*self._desk.tick(now), *self._desk.path.announcements(now)):
            self._do(work)
        self._hand_to_store()
        while self._unannounced and self._inbox.empty():
            self._ports.link.tell(*self._unannounced.popleft())

    def _hand_to_store(self) -> None:
        if self._keep:
            self._ports.store.keep(self._keep)
            self._keep = []

    def _hear_safely(self, event: Any, now: Now) -> None:
        """One event that we cannot handle must not take the others with it, or the process."""
        try:
            self._hear(event, now)
        except Exception as error:  # the edge of the owner's loop
            log.exception("an event could not be handled, and the loop goes on")
            for work in self._desk.hear(CallbackFailed("gateway", repr(error)), now):
                self._do(work)

    def _hear(self, event: Any, now: Now) -> None:
        if isinstance(event, Stop):
            self._ended = True
        elif isinstance(event, Reload):
            self._take_settings(now)
        else:
            if isinstance(event, ActionTaken) and event.what == "edit-plan":
                self._take_settings(now)
            for work in self._desk.hear(event, now):
                self._do(work)

    def _look_at(self, cameras: list[CameraId], now: Now) -> None:
        frames = self._ports.frames
        for camera in cameras:
            frame = frames.newest(camera)
            reason = "" if frame else frames.reason(camera) or _NO_REASON
            for work in self._desk.path.pictures.saw(camera, frame, reason, now):
                self._do(work)

    def _do(self, work: Work) -> None:
        match work:
            case Launch():
                self._ports.senders[work.flight.way].launch(work)
            case Abort(flight):
                self._ports.senders[flight.way].abort(flight)
            case Tell():
                self._untold.append(work)
            case Announce():
                self._unannounced.append(work)
            case Follow(cameras):
                self._lease(cameras)
            case KeepPicture() | KeepPast():
                self._ports.album.add(work)
            case Notice():
                self._note(work)
            case _:
                self._keep.append(work)
                _log_trouble(work)

    def _note(self, notice: Notice) -> None:
        for centre in self._ports.centres:
            centre.note(notice)

    def _lease(self, cameras: tuple[CameraId, ...]) -> None:
        for camera in cameras:
            self._ports.wanted.want(camera, Why.INCIDENT)

    def _tell(self) -> None:
        told = 0
        while self._untold and (told < _LEAST_TOLD or self._inbox.empty()):
            unit, alert, stage, presses = self._untold.popleft()
            payload = encode(Progress(alert, stage, presses))
            self._ports.link.tell(progress_topic(self._site, unit), payload)
            told += 1

    def _take_settings(self, now: Now) -> None:
        try:
            self._desk.take_register(self._reload(), now)
        except SettingsError as error:
            log.error("%s\nnothing was changed; the last good settings stay in force", error)
            work = self._desk.misconfigured(f"{error.path.name}: {error.faults[0]}", now)
        else:
            log.info("settings read again")
            work = self._desk.configured(now)
        for each in work:
            self._do(each)


def _log_trouble(trouble: Keep) -> None:
    if not isinstance(trouble, KeepTrouble):
        return
    if trouble.ended is None:
        log.warning("trouble %s: %s", trouble.name, trouble.detail)
    else:
        log.info("trouble %s is over", trouble.name)
