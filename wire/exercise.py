"""An exercise: a span of time, begun by a named person, in which presses of some units are no
emergency.  A walk test is one of mode `test`.

Both gateways of a school know of it, by messages that may come twice, late or in any order.  So
what is known of one is merged by a law: of two ends the earlier is true, and nothing makes an
exercise longer than it was at its start.  Who does not know of it takes each press for real.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wire import fields as read
from wire.errors import WireError
from wire.ids import NAME, UUID, ExerciseId, Seconds, UnitId, Wall
from wire.modes import DRILL, TEST, Mode
from wire.moment import read_moment, write_moment

LONGEST: Final = Seconds(900.0)
"""A walk test that somebody forgot is over by then."""

MOST_A_DAY: Final = 12
"""Exercises in any 24 hours: who steals the right to start one cannot start them for ever."""

MOST_UNITS: Final = 64
"""Units that an exercise may name; one for all units names none."""

NO_EXERCISE: Final = ExerciseId("")

START: Final = "start-exercise"
STOP: Final = "stop-exercise"
REAL: Final = "real-emergency"

EXERCISING: Final[Mapping[str, str]] = {
    START: "started a walk test",
    STOP: "stopped a walk test",
    REAL: "said in a walk test that it is a real emergency",
}
"""What named persons do about exercises, each with its sentence."""

_BY: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,80}")
_MODES: Final[tuple[Mode, ...]] = (DRILL, TEST)


class Exercise(NamedTuple):
    """`by` started it; `units` are those in its scope, none: all of the register.

    It ends at `ends_at`, or at `ended_at` if that is set: then `ended_by` a person, empty if by a
    press that was real.
    """

    id: ExerciseId
    mode: Mode
    by: str
    units: tuple[UnitId, ...]
    started_at: Wall
    ends_at: Wall
    ended_at: Wall | None = None
    ended_by: str = ""

    @property
    def over_at(self) -> Wall:
        """When it is over, as far as is known."""
        return self.ends_at if self.ended_at is None else min(self.ended_at, self.ends_at)

    def is_on(self, at: Wall) -> bool:
        """True while it is going on, by the clock of the side that asks."""
        return self.started_at <= at < self.over_at

    def covers(self, unit: UnitId) -> bool:
        """True if that unit is in its scope."""
        return not self.units or unit in self.units


def begun(
    name: ExerciseId, by: str, units: tuple[UnitId, ...], at: Wall, lasts: Seconds
) -> Exercise:
    """Return a walk test that begins at a moment, as messages write moments."""
    at = read_moment(write_moment(at))
    return Exercise(name, TEST, by, units, at, Wall(at + min(lasts, LONGEST)))


def ended(exercise: Exercise, at: Wall, by: str = "") -> Exercise:
    """Return it with its end; what has ended before stays as it was."""
    if exercise.over_at <= at:
        return exercise
    return exercise._replace(ended_at=read_moment(write_moment(at)), ended_by=by)


def merged(one: Exercise, other: Exercise) -> Exercise:
    """Return what two words on one exercise amount to, whichever came first."""
    return min(one, other, key=_order)


def write_exercise(exercise: Exercise) -> dict[str, Any]:
    """Return the fields of an exercise."""
    over = exercise.ended_at
    return {
        "id": exercise.id,
        "mode": exercise.mode,
        "by": exercise.by,
        "units": list(exercise.units),
        "started_at": write_moment(exercise.started_at),
        "ends_at": write_moment(exercise.ends_at),
        **({} if over is None else {"ended_at": write_moment(over), "ended_by": exercise.ended_by}),
    }


def read_exercise(found: object) -> Exercise:
    """Read what `write_exercise` wrote; raises WireError, also for one that lasts too long."""
    if not isinstance(found, dict):
        raise WireError("exercise: no object")
    mode = found.get("mode")
    if mode not in _MODES:
        raise WireError("exercise: mode: neither a drill nor a test")
    units = found.get("units")
    if not isinstance(units, list) or len(units) > MOST_UNITS:
        raise WireError(f"exercise: units: not a list of at most {MOST_UNITS}")
    starts, ends = read.moment(found, "started_at"), read.moment(found, "ends_at")
    if not 0 < ends - starts <= LONGEST + 0.001:
        raise WireError(f"exercise: it lasts no time, or over {LONGEST:.0f} s")
    is_ended = "ended_at" in found
    return Exercise(
        ExerciseId(read.text(found, "id", UUID)),
        DRILL if mode == DRILL else TEST,
        read.text(found, "by", _BY),
        tuple(UnitId(read.text({"unit": each}, "unit", NAME)) for each in units),
        starts,
        ends,
        read.moment(found, "ended_at") if is_ended else None,
        _person(found.get("ended_by")) if is_ended else "",
    )


def _person(found: object) -> str:
    return found if isinstance(found, str) and _BY.fullmatch(found) else ""


def _order(exercise: Exercise) -> tuple[Any, ...]:
    """Whose word counts, as a total order: the earlier end, and of equal ones always the same."""
    is_open = exercise.ended_at is None
    return exercise.over_at, is_open, exercise.ended_by, *map(str, exercise[:6])
