"""When a camera is asked, what is shown and said of it, and when its worker is given up.  Pure.

A worker is one thread that asks one camera.  Nothing can end a thread that hangs inside a library
(picamera2 does: facts, reliability 1.3), so a worker that hangs is left behind and another one
asks in its place, a few times.  A left worker that comes back is forgotten.  One that stays away
while the camera shows nothing makes the camera `beyond_help`: only a new process can cure it, and
the watchdog is starved to get one.  A camera that merely fails, however long, never costs that.
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
# An older frame must not look alive.
STALE_AFTER: Final = Seconds(10.0)
# So long after a cut whoever has not come back hangs in a library.
_CUT_WITHIN: Final = Seconds(6.0)
# How long the 1st, 2nd, … replacement lets the camera rest; as many as may be left behind.
REPLACEMENT_RESTS: Final = (Seconds(5.0), Seconds(30.0), Seconds(60.0))
# Longer than any name server keeps a lookup waiting (20 s, measured: facts, reliability 0.7).
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
class Show:
    """Put the picture into the folder, and take the reason away."""

    jpeg: bytes
    taken_at: Wall


@dataclass(frozen=True, slots=True)
class Hide:
    """Take the old picture away."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Put the reason into the folder."""

    reason: str


Work = Ask | Cut | Replace | Show | Hide | Tell


@dataclass(frozen=True, slots=True)
class Left:
    """A worker left behind, and when it was asked."""

    worker: int
    asked: Monotonic


@dataclass(frozen=True, slots=True)
class Watch:
    """How it stands with one camera."""

    camera: CameraId
    due: Monotonic
    patience: Seconds = PATIENCE  # how long its kind may take to answer
    pace: Pace = Pace.REST
    worker: int = 1
    asked: Monotonic | None = None  # None: no answer is awaited
    overdue: bool = False  # the awaited answer was given up, and that was told
    failures: int = 0  # in a row
    shown: Monotonic | None = None  # when the picture in the folder was asked for
    told: str | None = None  # the reason in the folder
    left: tuple[Left, ...] = ()


Step = tuple[Watch, list[Work]]


def start_watches(cameras: Mapping[CameraId, Seconds], now: Monotonic) -> list[Watch]:
    """Watch each camera with the patience it needs.

    They are spread over one interval, so that they do not all decode at once.
    """
    share = Pace.REST.value / max(1, len(cameras))
    return [
        Watch(camera, Monotonic(now + at * share), patience)
        for at, (camera, patience) in enumerate(cameras.items())
    ]


def set_pace(watch: Watch, pace: Pace, now: Monotonic) -> Watch:
    """Ask the camera so often from now on; one that fails is asked no sooner for it."""
    if pace is watch.pace:
        return watch
    due = watch.due if watch.failures else min(watch.due, now)
    return replace(watch, pace=pace, due=due)


def took(watch: Watch, worker: int, jpeg: bytes, taken_at: Wall, now: Monotonic) -> Step:
    """A worker brought a picture; one from a worker left behind is too old to show."""
    if worker != watch.worker or watch.asked is None:
        return _without(watch, worker), []
    due = Monotonic(max(now, watch.asked + watch.pace.value))
    after = replace(
        watch, due=due, asked=None, overdue=False, failures=0, shown=watch.asked, told=None
    )
    return after, [Show(jpeg, taken_at)]


def failed(watch: Watch, worker: int, reason: str, now: Monotonic) -> Step:
    """A worker came back without a picture; of one that was cut, the reason told stands."""
    if worker != watch.worker or watch.asked is None:
        return _without(watch, worker), []
    after, work = (watch, []) if watch.overdue else _tell(watch, reason)
    failures = watch.failures + 1
    rest = RETRY_AFTER[min(failures, len(RETRY_AFTER)) - 1]
    due = Monotonic(now + rest)
    return replace(after, due=due, asked=None, overdue=False, failures=failures), work


def tick(watch: Watch, now: Monotonic) -> Step:
    """Do what time alone asks for."""
    after, work = _rest(watch, now) if watch.asked is None else _wait(watch, watch.asked, now)
    if after.shown is not None and now - after.shown >= STALE_AFTER:
        return replace(after, shown=None), [*work, Hide()]
    return after, work


def next_due(watch: Watch) -> Monotonic:
    """Return when `tick` may next have something done with the worker."""
    if watch.asked is None:
        return watch.due
    if not watch.overdue:
        return Monotonic(watch.asked + watch.patience)
    return Monotonic(watch.asked + _hangs_after(watch) if _may_replace(watch) else math.inf)


def beyond_help(watch: Watch, now: Monotonic) -> bool:
    """True if the camera shows nothing and a worker of it has hung for too long."""
    hung = [each.asked for each in watch.left]
    return watch.shown is None and any(now - asked >= BEYOND_HELP_AFTER for asked in hung)


def _rest(watch: Watch, now: Monotonic) -> Step:
    if now < watch.due:
        return watch, []
    return replace(watch, asked=now), [Ask(watch.pace)]


def _wait(watch: Watch, asked: Monotonic, now: Monotonic) -> Step:
    waited = now - asked
    if not watch.overdue and waited >= watch.patience:
        after, work = _tell(watch, f"no picture within {watch.patience:.0f} s")
        return replace(after, overdue=True), [Cut(), *work]
    if waited >= _hangs_after(watch) and _may_replace(watch):
        return _replace_worker(watch, asked, now)
    return watch, []


def _hangs_after(watch: Watch) -> Seconds:
    return Seconds(watch.patience + _CUT_WITHIN)


def _may_replace(watch: Watch) -> bool:
    return len(watch.left) < len(REPLACEMENT_RESTS)


def _replace_worker(watch: Watch, asked: Monotonic, now: Monotonic) -> Step:
    after, work = _tell(watch, f"no answer for {now - asked:.0f} s")
    rest = REPLACEMENT_RESTS[len(watch.left)]
    after = replace(
        after,
        due=Monotonic(now + rest),
        worker=watch.worker + 1,
        asked=None,
        overdue=False,
        left=(*watch.left, Left(watch.worker, asked)),
    )
    return after, [Replace(after.worker), *work]


def _tell(watch: Watch, reason: str) -> Step:
    if reason == watch.told:
        return watch, []
    return replace(watch, told=reason), [Tell(reason)]


def _without(watch: Watch, worker: int) -> Watch:
    return replace(watch, left=tuple(each for each in watch.left if each.worker != worker))
