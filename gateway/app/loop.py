"""The gateway's one loop: inbox -> core -> effects.  It owns all state and waits for its inbox.

All events that are in the inbox are handled at once; then reports leave, then the disk gets its
work, then units are answered as long as nothing new has come in.  This order is their priority.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from gateway.app.effects import EffectRunner
from gateway.app.inbox import Inbox
from gateway.app.ports import FramesPort
from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import Effect
from gateway.core.events import OperatorActed
from gateway.core.values import Now
from service.events import CallbackFailed, Reload, Stop
from wire.ids import CameraId, Monotonic
from wire.trouble import TroubleName

log = logging.getLogger(__name__)

# As much as is taken in before reports leave, more than a whole incident: what one turn can cost,
# 0.15 s for 2,000 presses.
_MOST_EVENTS: Final = 2048
_LONGEST_WAIT_S: Final = 0.5
# What has low priority is done in a pause; if none comes, so often all the same.
_LOW_PRIORITY_EVERY_S: Final = 1.0
# A report that leaves has the processor for this long, before disk and units get their turn.
_PAUSE_S: Final = 0.001
_NO_REASON: Final = "the camera process has no picture of this camera"


class Loop:
    """Runs the core on its adapters until Stop comes out of `inbox`.

    `conditions` says which troubles the parts of this process tell of now.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        effects: EffectRunner,
        frames: FramesPort,
        inbox: Inbox,
        clock: Callable[[], Now],
        read_again: Callable[[], None],
        conditions: Callable[[], Mapping[TroubleName, str]],
        each_turn: Callable[[Monotonic], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._effects = effects
        self._frames = frames
        self._inbox = inbox
        self._clock = clock
        self._read_again = read_again
        self._conditions = conditions
        self._each_turn = each_turn
        self._low_priority_by = Monotonic(0.0)
        self._ended = False
        self._failure = ""

    def run(self) -> None:
        """Turn until Stop comes."""
        while not self._ended:
            self._turn(self._take())
            self._each_turn(self._clock().mono)

    def _take(self) -> list[Any]:
        """Return all that lies in the inbox; wait for it no longer than until something is due."""
        due = self._dispatcher.next_due() - self._clock().mono
        wait = min(_PAUSE_S if self._effects.has_pending else _LONGEST_WAIT_S, due)
        return self._inbox.take(wait, _MOST_EVENTS)

    def _turn(self, events: list[Any]) -> None:
        now = self._clock()
        for event in events:
            self._safely(self._handle, event, now)
        reports = self._dispatcher.reports(now)
        for report in reports:
            self._safely(_alone, report)
        if not reports:
            self._effects.save()
        if not events or self._effects.is_behind:
            self._effects.send_progress(self._inbox.empty)
        if not events or now.mono >= self._low_priority_by:
            self._do_low_priority(now)

    def _do_low_priority(self, now: Now) -> None:
        """A report that leaves needs the processor, so this has a turn of its own."""
        self._low_priority_by = Monotonic(now.mono + _LOW_PRIORITY_EVERY_S)
        for event in self._inbox.low_priority():
            self._safely(self._handle, event, now)
        for camera in self._dispatcher.cameras_due(now):
            self._safely(self._read_frame, camera, now)
        self._safely(self._compare, now)
        for part in self._dispatcher.pending:
            self._safely(part, now)
        self._effects.save()
        self._effects.announce(self._inbox.empty)

    def _safely(self, part: Callable[..., Iterable[Effect]], *what: Any) -> None:
        """What we fail on must end neither the rest, nor the process."""
        try:
            self._effects.run(part(*what))
        except Exception as error:  # the outermost handler of the owner's loop
            if repr(error) != self._failure:  # one that comes each second is logged once
                self._failure = repr(error)
                log.exception("a part of the work failed; the gateway goes on with the next")
            failed = CallbackFailed("gateway", repr(error))
            self._effects.run(self._dispatcher.handle(failed, self._clock()))

    def _handle(self, event: Any, now: Now) -> Iterable[Effect]:
        match event:
            case Stop():
                self._ended = True
                return ()
            case Reload():
                self._read_again()
                return ()
            case _:
                if isinstance(event, OperatorActed) and event.what == "edit-plan":
                    self._read_again()
                return self._dispatcher.handle(event, now)

    def _read_frame(self, camera: CameraId, now: Now) -> Iterable[Effect]:
        frame = self._frames.newest(camera)
        reason = "" if frame else self._frames.reason(camera) or _NO_REASON
        return self._dispatcher.on_frame(camera, frame, reason, now)

    def _compare(self, now: Now) -> Iterable[Effect]:
        self._dispatcher.compare(self._conditions(), now)
        return ()


def _alone(effect: Effect) -> Iterable[Effect]:
    return (effect,)
