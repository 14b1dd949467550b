"""The owner of all that the camera process knows: one inbox in, one folder out.

Asks `watch` what to do and has it done; only this thread writes.
"""

import logging
import queue
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from gateway.cameras.demand import Demand
from gateway.cameras.events import Failed, Lease, Pace, Took
from gateway.cameras.watch import (
    Ask,
    Cut,
    Hide,
    Replace,
    Show,
    Step,
    Tell,
    Watch,
    Work,
    beyond_help,
    failed,
    next_due,
    set_pace,
    start_watches,
    tick,
    took,
)
from gateway.work import Now
from service.events import Stop
from service.notify import Watchdog
from wire.ids import CameraId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

Event = Took | Failed | Stop
Inbox = queue.SimpleQueue[Event]

# How soon a press or a viewer is heard of; the watchdog is fed however little happens.
_LONGEST_WAIT_S: Final = 0.25


class Worker(Protocol):
    """Whoever asks one camera, and puts one Took or Failed into the inbox for each `ask`."""

    def ask(self, pace: Pace) -> None:
        """Have a picture taken; does not wait."""

    def cut(self) -> None:
        """End the wait for a picture; does not wait itself."""

    def leave(self) -> None:
        """Do without this worker from now on."""


class Folder(Protocol):
    """Where frames and reasons are left; each raises OSError."""

    def show(self, camera: CameraId, jpeg: bytes, taken_at: Wall) -> None:
        """Replace the camera's frame, and take its reason away."""

    def hide(self, camera: CameraId) -> None:
        """Take the camera's frame away."""

    def tell(self, camera: CameraId, reason: str, now: Wall) -> None:
        """Replace the reason why the camera gives nothing, since `now` or earlier."""


class Wanted(Protocol):
    """Who needs which camera."""

    def leases(self, now: Wall) -> list[Lease]:
        """Return what is needed at `now`; neither waits nor raises."""


class CameraLoop:
    """`cameras` with how long each may take to answer; `hire` makes the worker of a camera, given
    its number.
    """

    def __init__(
        self,
        cameras: Mapping[CameraId, Seconds],
        hire: Callable[[CameraId, int], Worker],
        folder: Folder,
        wanted: Wanted,
        inbox: Inbox,
        clock: Callable[[], Now],
    ) -> None:
        self._hire = hire
        self._folder = folder
        self._wanted = wanted
        self._demand = Demand()
        self._inbox = inbox
        self._clock = clock
        self._watches = {each.camera: each for each in start_watches(cameras, clock().mono)}
        self._workers = {each.camera: hire(each.camera, each.worker) for each in self._all}
        self._stuck: list[str] = []
        self._folder_problem = ""

    @property
    def _all(self) -> list[Watch]:
        return list(self._watches.values())

    def run(self) -> None:
        """Serve until Stop is in the inbox."""
        watchdog = Watchdog({each.camera: self._proof(each.camera) for each in self._all})
        while not isinstance(event := self._next_event(), Stop):
            if event:
                self._hear(event)
            now = self._clock()
            self._demand.hear(self._wanted.leases(now.wall))
            for each in self._all:
                self._do(tick(set_pace(each, self._demand.pace(each.camera), now.mono), now.mono))
            self._say_stuck(watchdog.tick(now.mono))

    def _next_event(self) -> Event | None:
        now = self._clock().mono
        due = min((next_due(each) for each in self._all), default=now + _LONGEST_WAIT_S)
        try:
            return self._inbox.get(timeout=min(max(due - now, 0.0), _LONGEST_WAIT_S))
        except queue.Empty:
            return None

    def _hear(self, event: Took | Failed) -> None:
        watch, now = self._watches[event.camera], self._clock().mono
        if isinstance(event, Failed):
            self._do(failed(watch, event.worker, event.reason, now))
            return
        if watch.told:
            log.info("camera %s: gives pictures again", event.camera)
        self._do(took(watch, event.worker, event.jpeg, event.taken_at, now))

    def _do(self, step: Step) -> None:
        watch, work = step
        self._watches[watch.camera] = watch
        for each in work:
            try:
                self._do_one(watch.camera, each)
            except OSError as error:
                self._say_folder_problem(str(error))

    def _do_one(self, camera: CameraId, work: Work) -> None:
        match work:
            case Ask(pace):
                self._workers[camera].ask(pace)
            case Cut():
                self._workers[camera].cut()
            case Replace(worker):
                self._workers[camera].leave()
                self._workers[camera] = self._hire(camera, worker)
            case Show(jpeg, taken_at):
                self._folder.show(camera, jpeg, taken_at)
            case Hide():
                self._folder.hide(camera)
            case Tell(reason):
                log.warning("camera %s: %s", camera, reason)
                self._folder.tell(camera, reason, self._clock().wall)

    def _proof(self, camera: CameraId) -> Callable[[Monotonic], bool]:
        return lambda now: not beyond_help(self._watches[camera], now)

    def _say_stuck(self, stuck: list[str]) -> None:
        if stuck and stuck != self._stuck:
            log.error("cameras that only a restart can help: %s", ", ".join(stuck))
            self._stuck = stuck

    def _say_folder_problem(self, problem: str) -> None:
        if problem != self._folder_problem:
            log.error("the frames folder cannot be written: %s", problem)
            self._folder_problem = problem
