"""Decides when a camera is asked, what is shown of it, and when its worker is abandoned.  Pure.

A worker is one thread that asks one camera.  Nothing can end a thread that hangs inside a library
(picamera2 does: docs/decisions/picamera.md), so a worker that hangs is abandoned and another one
takes its place, a few times.  An abandoned worker that returns is dropped.  One that does not,
while the camera shows nothing, makes `needs_restart` true: only a new process can help, so the
watchdog is no longer fed.  A camera that merely fails, however long, never causes that.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from gateway.cameras.events import Pace
from wire.ids import CameraId, Monotonic, Seconds, Wall

# After the 1st, 2nd, … failure in a row; the last one stays.
RETRY_AFTER: Final = (Seconds(1.0), Seconds(2.0), Seconds(3.0), Seconds(5.0))
# With a second of rest before it, a camera that falls silent is named within 5 s.
PATIENCE: Final = Seconds(4.0)
# An older frame must not pass for a live one.
STALE_AFTER: Final = Seconds(10.0)
# A worker that has not come back so long after a cut hangs in a library.
_CUT_WITHIN: Final = Seconds(6.0)
# How long the 1st, 2nd, … replacement lets the camera rest; as many as may be left behind.
REPLACEMENT_RESTS: Final = (Seconds(5.0), Seconds(30.0), Seconds(60.0))
# Longer than any name server keeps a lookup waiting (20 s: docs/decisions/deadlines.md).
BEYOND_HELP_AFTER: Final = Seconds(180.0)


@dataclass(frozen=True, slots=True)
class Ask:
    """Have the camera's worker take a picture."""

    pace: Pace


@dataclass(frozen=True, slots=True)
class Cut:
    """End the wait of the camera's worker, if its source can."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Leave the camera's worker behind; `worker` is the number of the next one."""

    worker: int


@dataclass(frozen=True, slots=True)
class ShowFrame:
    """Put the picture into the folder, and take the reason away."""

    jpeg: bytes
    taken_at: Wall


@dataclass(frozen=True, slots=True)
class ClearFrame:
    """Take the old picture away."""


@dataclass(frozen=True, slots=True)
class ShowReason:
    """Put the reason into the folder."""

    reason: str


Command = Ask | Cut | Replace | ShowFrame | ClearFrame | ShowReason


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A worker left behind, and when it was asked."""

    worker: int
    asked: Monotonic


@dataclass(frozen=True, slots=True)
class CameraState:
    """The state of one camera."""

    camera: CameraId
    due: Monotonic
    patience: Seconds = PATIENCE  # how long its kind may take to answer
    pace: Pace = Pace.REST
    worker: int = 1
    asked: Monotonic | None = None  # None: no answer is awaited
    overdue: bool = False  # the awaited answer was given up, and that was told
    failures: int = 0  # in a row
    shown: Monotonic | None = None  # when the picture in the folder was asked for
    reason_shown: str | None = None  # the reason in the folder
    abandoned: tuple[Abandoned, ...] = ()


Step = tuple[CameraState, list[Command]]


def start_states(cameras: Mapping[CameraId, Seconds], now: Monotonic) -> list[CameraState]:
    """Watch each camera with the patience it needs.

    They are spread over one interval, so that they do not all decode at once.
    """
    share = Pace.REST.value / max(1, len(cameras))
    return [
        CameraState(camera, Monotonic(now + at * share), patience)
        for at, (camera, patience) in enumerate(cameras.items())
    ]


def set_pace(state: CameraState, pace: Pace, now: Monotonic) -> CameraState:
    """Ask the camera so often from now on; one that fails is asked no sooner for it."""
    if pace is state.pace:
        return state
    due = state.due if state.failures else min(state.due, now)
    return replace(state, pace=pace, due=due)


def took(state: CameraState, worker: int, jpeg: bytes, taken_at: Wall, now: Monotonic) -> Step:
    """A worker brought a picture; one from a worker left behind is too old to show."""
    if worker != state.worker or state.asked is None:
        return _without(state, worker), []
    due = Monotonic(max(now, state.asked + state.pace.value))
    after = replace(
        state, due=due, asked=None, overdue=False, failures=0, shown=state.asked, reason_shown=None
    )
    return after, [ShowFrame(jpeg, taken_at)]


def failed(state: CameraState, worker: int, reason: str, now: Monotonic) -> Step:
    """A worker came back without a picture; of one that was cut, the reason shown stands."""
    if worker != state.worker or state.asked is None:
        return _without(state, worker), []
    after, commands = (state, []) if state.overdue else _show_reason(state, reason)
    failures = state.failures + 1
    rest = RETRY_AFTER[min(failures, len(RETRY_AFTER)) - 1]
    due = Monotonic(now + rest)
    return replace(after, due=due, asked=None, overdue=False, failures=failures), commands


def tick(state: CameraState, now: Monotonic) -> Step:
    """Return the work that is due by time alone."""
    after, commands = _rest(state, now) if state.asked is None else _wait(state, state.asked, now)
    if after.shown is not None and now - after.shown >= STALE_AFTER:
        return replace(after, shown=None), [*commands, ClearFrame()]
    return after, commands


def next_due(state: CameraState) -> Monotonic:
    """Return when `tick` may next have something done with the worker."""
    if state.asked is None:
        return state.due
    if not state.overdue:
        return Monotonic(state.asked + state.patience)
    return Monotonic(state.asked + _hangs_after(state) if _may_replace(state) else math.inf)


def needs_restart(state: CameraState, now: Monotonic) -> bool:
    """True if the camera shows nothing and a worker of it has hung for too long."""
    hung = [each.asked for each in state.abandoned]
    return state.shown is None and any(now - asked >= BEYOND_HELP_AFTER for asked in hung)


def _rest(state: CameraState, now: Monotonic) -> Step:
    if now < state.due:
        return state, []
    return replace(state, asked=now), [Ask(state.pace)]


def _wait(state: CameraState, asked: Monotonic, now: Monotonic) -> Step:
    waited = now - asked
    if not state.overdue and waited >= state.patience:
        after, commands = _show_reason(state, f"no picture within {state.patience:.0f} s")
        return replace(after, overdue=True), [Cut(), *commands]
    if waited >= _hangs_after(state) and _may_replace(state):
        return _replace_worker(state, asked, now)
    return state, []


def _hangs_after(state: CameraState) -> Seconds:
    return Seconds(state.patience + _CUT_WITHIN)


def _may_replace(state: CameraState) -> bool:
    return len(state.abandoned) < len(REPLACEMENT_RESTS)


def _replace_worker(state: CameraState, asked: Monotonic, now: Monotonic) -> Step:
    after, commands = _show_reason(state, f"the camera did not answer for {now - asked:.0f} s")
    rest = REPLACEMENT_RESTS[len(state.abandoned)]
    after = replace(
        after,
        due=Monotonic(now + rest),
        worker=state.worker + 1,
        asked=None,
        overdue=False,
        abandoned=(*state.abandoned, Abandoned(state.worker, asked)),
    )
    return after, [Replace(after.worker), *commands]


def _show_reason(state: CameraState, reason: str) -> Step:
    if reason == state.reason_shown:
        return state, []
    return replace(state, reason_shown=reason), [ShowReason(reason)]


def _without(state: CameraState, worker: int) -> CameraState:
    return replace(
        state, abandoned=tuple(each for each in state.abandoned if each.worker != worker)
    )
