"""The gateway's one loop: inbox -> core -> work.  It owns all state and waits only for its inbox.

Everything that lies in the inbox is taken at once; then reports leave, then the disk gets its work,
then units are told as far as nothing new has come in.  Urgency is this order.
"""

import json
import logging
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final

from gateway.desk import Desk
from gateway.ports import Ports
from gateway.register import Register
from gateway.work import Abort, Announce, Keep, KeepAlert, KeepTrouble, Launch, Now, Tell, Work
from service.events import Reload, Stop
from service.settings import SettingsError
from wire.codec import encode
from wire.ids import AlertId, Monotonic, SiteId
from wire.messages import Progress
from wire.topics import progress_topic

log = logging.getLogger(__name__)

# As much as is taken in before reports leave: bounds what one turn can cost.
_MOST_EVENTS: Final = 500
# Units told in a turn even while more comes in, so that nobody starves in a storm.
_LEAST_TOLD: Final = 4
_LONGEST_WAIT_S: Final = 0.5
_NO_REASON: Final = "its camera process has nothing of it"


class Loop:
    """Runs the core on its adapters until Stop comes out of `inbox`."""

    def __init__(
        self,
        site: SiteId,
        desk: Desk,
        ports: Ports,
        inbox: SimpleQueue[Any],
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
        self._untold: deque[Tell | Announce] = deque()
        self._keep: list[Keep] = []
        self._pressed: list[AlertId] = []
        self._ended = False

    def run(self) -> None:
        """Turn until Stop comes."""
        while not self._ended:
            self._turn(self._take())
            self._each_turn(self._clock().mono)

    def _take(self) -> list[Any]:
        """Return all that lies in the inbox; wait for it no longer than until something is due."""
        now = self._clock().mono
        wait = 0.0 if self._untold else min(_LONGEST_WAIT_S, self._desk.next_due() - now)
        try:
            events = [self._inbox.get(timeout=wait) if wait > 0 else self._inbox.get_nowait()]
        except Empty:
            return []
        while len(events) < _MOST_EVENTS and not self._inbox.empty():
            events.append(self._inbox.get_nowait())
        return events

    def _turn(self, events: list[Any]) -> None:
        now = self._clock()
        for event in events:
            self._hear(event, now)
        self._look_at_cameras(now)
        for launch in self._desk.launches(now):
            self._do(launch)
        if self._keep:
            self._ports.store.keep(self._keep)
            self._keep = []
        self._announce_pressed(now)
        self._tell()
        for work in self._desk.tick(now):
            self._do(work)

    def _hear(self, event: Any, now: Now) -> None:
        if isinstance(event, Stop):
            self._ended = True
        elif isinstance(event, Reload):
            self._take_settings(now)
        else:
            for work in self._desk.hear(event, now):
                self._do(work)

    def _look_at_cameras(self, now: Now) -> None:
        frames = self._ports.frames
        for camera in self._desk.path.pictures.looks(now):
            frame = frames.newest(camera)
            reason = "" if frame else frames.reason(camera) or _NO_REASON
            for work in self._desk.path.saw(camera, frame, reason, now):
                self._do(work)

    def _do(self, work: Work) -> None:
        match work:
            case Launch():
                self._ports.senders[work.flight.endpoint].launch(work)
            case Abort(flight):
                self._ports.senders[flight.endpoint].abort(flight)
            case Tell() | Announce():
                self._untold.append(work)
            case _:
                self._keep.append(work)
                if isinstance(work, KeepAlert):
                    self._pressed.append(work.id)
                elif isinstance(work, KeepTrouble):
                    _log_trouble(work)

    def _announce_pressed(self, now: Now) -> None:
        for work in self._desk.path.announce_pressed(self._pressed, now):
            self._do(work)
        self._pressed = []

    def _tell(self) -> None:
        told = 0
        while self._untold and (told < _LEAST_TOLD or self._inbox.empty()):
            self._publish(self._untold.popleft())
            told += 1

    def _publish(self, news: Tell | Announce) -> None:
        if isinstance(news, Announce):
            payload = json.dumps(news.fields, separators=(",", ":")).encode()
            self._ports.link.publish(news.topic, payload)
        else:
            progress = Progress(news.alert, news.stage, news.presses)
            self._ports.link.publish(progress_topic(self._site, news.unit), encode(progress))

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


def _log_trouble(trouble: KeepTrouble) -> None:
    if trouble.ended is None:
        log.warning("trouble %s: %s", trouble.name, trouble.detail)
    else:
        log.info("trouble %s is over", trouble.name)
