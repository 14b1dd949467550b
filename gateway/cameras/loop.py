"""The owner of the camera process's state: one inbox in, one folder out.

The supervisor decides, this loop carries out; only this thread writes.
"""

import logging
import queue
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from gateway.cameras.events import Failed, Lease, Pace, Took
from gateway.cameras.polling_rate import PollingRates
from gateway.cameras.supervisor import (
    Ask,
    CameraState,
    ClearFrame,
    Command,
    Cut,
    Replace,
    ShowFrame,
    ShowReason,
    Step,
    failed,
    needs_restart,
    next_due,
    set_pace,
    start_states,
    tick,
    took,
)
from gateway.core.values import Now
from service.events import Stop
from service.notify import Watchdog
from wire.ids import CameraId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

Event = Took | Failed | Stop
Inbox = queue.SimpleQueue[Event]

# How soon a press or a viewer is heard of; the watchdog is fed however little happens.
_LONGEST_WAIT_S: Final = 0.25


class Worker(Protocol):
    """What asks one camera, and puts one Took or Failed into the inbox for each `ask`."""

    def ask(self, pace: Pace) -> None:
        """Have a picture taken; does not wait."""

    def cut(self) -> None:
        """End the wait for a picture; does not wait itself."""

    def retire(self) -> None:
        """Use this worker no more; its thread ends when it comes back."""


class Folder(Protocol):
    """Where frames and reasons are left; each raises OSError."""

    def show_frame(self, camera: CameraId, jpeg: bytes, taken_at: Wall) -> None:
        """Replace the camera's frame, and take its reason away."""

    def clear_frame(self, camera: CameraId) -> None:
        """Take the camera's frame away."""

    def show_reason(self, camera: CameraId, reason: str, now: Wall) -> None:
        """Replace the reason why the camera gives nothing, since `now` or earlier."""


class Leases(Protocol):
    """Which cameras are needed now, and by whom."""

    def active(self, now: Wall) -> list[Lease]:
        """Return what is needed at `now`; neither waits nor raises."""


class CameraLoop:
    """`cameras` with how long each may take to answer; `start_worker` makes the worker of a camera,
    given its number.
    """

    def __init__(
        self,
        cameras: Mapping[CameraId, Seconds],
        start_worker: Callable[[CameraId, int], Worker],
        folder: Folder,
        leases: Leases,
        inbox: Inbox,
        clock: Callable[[], Now],
    ) -> None:
        self._start_worker = start_worker
        self._folder = folder
        self._leases = leases
        self._rates = PollingRates()
        self._inbox = inbox
        self._clock = clock
        self._states = {each.camera: each for each in start_states(cameras, clock().mono)}
        self._workers = {each.camera: start_worker(each.camera, each.worker) for each in self._all}
        self._stuck: list[str] = []
        self._folder_problem = ""

    @property
    def _all(self) -> list[CameraState]:
        return list(self._states.values())

    def run(self) -> None:
        """Serve until Stop is in the inbox."""
        watchdog = Watchdog({each.camera: self._proof(each.camera) for each in self._all})
        while not isinstance(event := self._next_event(), Stop):
            if event:
                self._handle(event)
            now = self._clock()
            self._rates.update(self._leases.active(now.wall))
            for each in self._all:
                self._apply(tick(set_pace(each, self._rates.pace(each.camera), now.mono), now.mono))
            self._report_stuck(watchdog.tick(now.mono))

    def _next_event(self) -> Event | None:
        now = self._clock().mono
        due = min((next_due(each) for each in self._all), default=now + _LONGEST_WAIT_S)
        try:
            return self._inbox.get(timeout=min(max(due - now, 0.0), _LONGEST_WAIT_S))
        except queue.Empty:
            return None

    def _handle(self, event: Took | Failed) -> None:
        state, now = self._states[event.camera], self._clock().mono
        if isinstance(event, Failed):
            self._apply(failed(state, event.worker, event.reason, now))
            return
        if state.reason_shown:
            log.info("camera %s: gives pictures again", event.camera)
        self._apply(took(state, event.worker, event.jpeg, event.taken_at, now))

    def _apply(self, step: Step) -> None:
        state, commands = step
        self._states[state.camera] = state
        for each in commands:
            try:
                self._carry_out(state.camera, each)
            except OSError as error:
                self._report_folder_problem(str(error))

    def _carry_out(self, camera: CameraId, command: Command) -> None:
        match command:
            case Ask(pace):
                self._workers[camera].ask(pace)
            case Cut():
                self._workers[camera].cut()
            case Replace(worker):
                self._workers[camera].retire()
                self._workers[camera] = self._start_worker(camera, worker)
            case ShowFrame(jpeg, taken_at):
                self._folder.show_frame(camera, jpeg, taken_at)
            case ClearFrame():
                self._folder.clear_frame(camera)
            case ShowReason(reason):
                log.warning("camera %s: %s", camera, reason)
                self._folder.show_reason(camera, reason, self._clock().wall)

    def _proof(self, camera: CameraId) -> Callable[[Monotonic], bool]:
        return lambda now: not needs_restart(self._states[camera], now)

    def _report_stuck(self, stuck: list[str]) -> None:
        if stuck and stuck != self._stuck:
            log.error("cameras that need a restart of this process: %s", ", ".join(stuck))
            self._stuck = stuck

    def _report_folder_problem(self, problem: str) -> None:
        if problem != self._folder_problem:
            log.error("frames could not be written: %s", problem)
            self._folder_problem = problem
