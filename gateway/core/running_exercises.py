"""The exercises that are going on, by this gateway's own state: they alone make a press a test.
Pure.

Rule 1: each ends by the clock that no one sets, counted from when this process heard of it.
Rule 2: a press is part of one only if its unit is in its scope, if it was made since its start, and
        if nothing is in doubt but the room.  Whatever is not known of a press makes it real.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.incidents.intake import IncomingAlert, doubts_the_room
from gateway.core.values import Now
from wire.exercise import LONGEST, Exercise, merged
from wire.ids import ExerciseId, Monotonic, Seconds, Wall

# The clocks of two gateways may differ by as much.
_CLOCKS_DIFFER: Final = Seconds(5.0)
_DAY: Final = Seconds(86_400.0)
_MOST_KNOWN: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Span:
    exercise: Exercise
    since: Monotonic
    until: Monotonic


class RunningExercises:
    """All that is known of exercises; what is over stays known, so that no late word revives it."""

    def __init__(self) -> None:
        self._known: dict[ExerciseId, Exercise] = {}
        self._running: dict[ExerciseId, _Span] = {}

    def learn(self, told: Exercise, now: Now) -> Exercise | None:
        """Take in what is said of an exercise; return it as it stands, None if that is no news."""
        before = self._known.get(told.id)
        exercise = merged(before, told) if before else told
        if exercise == before:
            return None
        self._known[told.id] = exercise
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._time(exercise, before is None, now)
        return exercise

    def _time(self, exercise: Exercise, is_new: bool, now: Now) -> None:
        """Count its time from now on; a start in the future is by a wrong clock, and is none."""
        since = Seconds(now.wall - exercise.started_at)
        left = min(Seconds(exercise.over_at - now.wall), LONGEST)
        running = self._running.get(exercise.id)
        if running:
            until = min(running.until, Monotonic(now.mono + left))
            self._running[exercise.id] = replace(running, exercise=exercise, until=until)
        elif is_new and since >= -_CLOCKS_DIFFER and left > 0:
            begun, until = Monotonic(now.mono - max(since, 0.0)), Monotonic(now.mono + left)
            self._running[exercise.id] = _Span(exercise, begun, until)

    def on(self, now: Now) -> list[Exercise]:
        """Return those that are going on."""
        if not self._running:  # as on nearly every press
            return []
        self._running = {
            name: each for name, each in self._running.items() if now.mono < each.until
        }
        return [each.exercise for each in self._running.values()]

    def named(self, name: ExerciseId) -> Exercise | None:
        """Return what is known of an exercise."""
        return self._known.get(name)

    def within_a_day(self, at: Wall) -> int:
        """Return how many were started in the 24 hours before a moment."""
        return sum(0 <= at - each.started_at < _DAY for each in self._known.values())

    def judged(self, claim: IncomingAlert, now: Now) -> IncomingAlert:
        """Return a press with its mode: an emergency, unless it is part of an exercise."""
        if not self._running:
            return claim
        found = next(self._of(claim, now), None)
        if found is None:
            return claim
        return replace(claim, mode=found.mode, exercise=found.id)

    def _of(self, claim: IncomingAlert, now: Now) -> Iterator[Exercise]:
        pressed = claim.newest
        if claim.held or pressed is None or not all(map(doubts_the_room, claim.doubts)):
            return
        for each in self._running.values():
            is_now = each.since <= pressed and now.mono < each.until
            if is_now and each.exercise.covers(claim.unit):
                yield each.exercise
