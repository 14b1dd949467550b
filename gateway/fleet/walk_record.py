"""What came of a walk test: each unit in its scope with its newest press, and what stands out.

`describe` is pure; `WalkReader` reads the store and what the gateway tells of its units.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Final, NamedTuple

from gateway.config.fleet import FleetSettings
from gateway.core.moments import PRESSED_BY_UNIT, SENT_BY_UNIT, STORED
from gateway.core.site import Entry, Register
from gateway.fleet.reading import FleetReader, Look
from gateway.store import exercises
from gateway.store.evidence.reader import EvidenceReader, Moments
from gateway.store.exercises import ExercisePress
from gateway.store.read_only import open_read_only
from gateway.store.trouble_log import LoggedTrouble
from wire.exercise import LONGEST, Exercise
from wire.ids import ExerciseId, RoomId, Seconds, UnitId, Wall
from wire.modes import LIVE
from wire.supervision_troubles import DUPLICATE_UNIT

ANSWERED: Final = "answered"
NOT_PRESSED: Final = "not pressed"
REAL: Final = "was real"
# Ends are written in milliseconds.
_WRITTEN: Final = 0.001


class Hops(NamedTuple):
    """Seconds of each step of a press; None where nobody measured it."""

    pressed_to_sent: Seconds | None
    pressed_to_received: Seconds | None
    received_to_stored: Seconds | None


NO_HOPS: Final = Hops(None, None, None)


class WalkRow(NamedTuple):
    """A unit in the scope, in the order of the newest press; `odd` is what stands out."""

    entry: Entry
    state: str
    pressed_at: Wall | None
    presses: int
    hops: Hops
    version: str
    odd: tuple[str, ...]


class WalkRecord(NamedTuple):
    """A walk test as it stood at `at`; `real`: something real ended it, or came of it."""

    exercise: Exercise
    site: str
    at: Wall
    rows: tuple[WalkRow, ...]
    real: bool

    @property
    def is_on(self) -> bool:
        """True while it is going on."""
        return self.exercise.is_on(self.at)

    @property
    def answered(self) -> int:
        """How many units answered."""
        return sum(row.state == ANSWERED for row in self.rows)


def units_of(register: Register, names: Sequence[str]) -> tuple[tuple[UnitId, ...], str]:
    """Return the units that these rooms or units name, or the first name that is none."""
    units: dict[UnitId, None] = {}
    for name in names:
        entry = register.by_room.get(RoomId(name))
        unit = entry.unit if entry else UnitId(name)
        if unit is None or unit not in register.by_unit:
            return (), name
        units[unit] = None
    return tuple(units), ""


class WalkReader:
    """Reads walk tests of a school whose `settings` and register are these."""

    def __init__(self, settings: FleetSettings, register: Callable[[], Register]) -> None:
        self._store = settings.store.path
        self._site = settings.site.name
        self._evidence = EvidenceReader(settings.store.evidence)
        self._fleet = FleetReader(settings, register)
        self._register = register

    def on(self) -> list[Exercise]:
        """Return those that are going on; raises sqlite3.Error."""
        now = Wall(time.time())
        with closing(open_read_only(self._store)) as db:
            return [each for each in exercises.since(db, Wall(now - LONGEST)) if each.is_on(now)]

    def newest(self, most: int) -> list[Exercise]:
        """Return the newest; raises sqlite3.Error."""
        with closing(open_read_only(self._store)) as db:
            return exercises.newest(db, most)

    def record(self, name: str = "") -> WalkRecord | None:
        """Return one by its id, or the newest; None if there is none.  Raises sqlite3.Error."""
        with closing(open_read_only(self._store)) as db:
            newest = exercises.newest(db, 1)
            named = exercises.exercise_of(db, ExerciseId(name)) if name else None
            exercise = named if name else next(iter(newest), None)
            if exercise is None:
                return None
            presses = exercises.presses_in(db, exercise.id)
        moments = self._evidence.moments([each.alert for each in presses])
        return describe(
            exercise, self._site, self._register(), presses, moments, self._fleet.look()
        )


def describe(
    exercise: Exercise,
    site: str,
    register: Register,
    presses: Sequence[ExercisePress],
    moments: Moments,
    look: Look,
) -> WalkRecord:
    """Return what came of it: units that were pressed first, the newest press on top."""
    versions = {room.entry.unit: room.machine.version for room in look.fleet.rooms}
    doubled = _doubled(exercise, look.troubles, register)
    by_unit: dict[UnitId, list[ExercisePress]] = {}
    # What became real goes on, and what was pressed since then is no part of it.
    own = [each for each in presses if each.received_at - exercise.over_at < _WRITTEN]
    for each in own:
        by_unit.setdefault(each.unit, []).append(each)
    rows = [
        _row(entry, by_unit.get(unit, ()), moments, versions.get(unit) or "", unit in doubled)
        for unit, entry in register.by_unit.items()
        if exercise.covers(unit)
    ]
    rows.sort(key=lambda row: -(row.pressed_at or 0.0))
    is_real = any(each.mode == LIVE for each in own)
    by_a_press = exercise.ended_at is not None and not exercise.ended_by
    return WalkRecord(exercise, site, look.at, tuple(rows), is_real or by_a_press)


def _row(
    entry: Entry,
    presses: Sequence[ExercisePress],
    moments: Mapping[tuple[str, int, str], Wall] | Moments,
    version: str,
    doubled: bool,
) -> WalkRow:
    twice = ("two units speak under this name",) if doubled else ()
    if not presses:
        return WalkRow(entry, NOT_PRESSED, None, 0, NO_HOPS, version, twice)
    newest = presses[-1]
    odd = dict.fromkeys((*twice, *(doubt for each in presses for doubt in each.doubts)))
    is_real = any(each.mode == LIVE for each in presses)
    return WalkRow(
        entry,
        REAL if is_real else ANSWERED,
        newest.pressed_at,
        sum(each.presses for each in presses),
        _hops(newest, moments),
        version,
        tuple(odd),
    )


def _hops(press: ExercisePress, moments: Mapping[tuple[str, int, str], Wall] | Moments) -> Hops:
    def at(what: str) -> Wall | None:
        return moments.get((press.alert, press.presses, what))

    is_first = press.presses == 1
    return Hops(
        _between(at(PRESSED_BY_UNIT), at(SENT_BY_UNIT)),
        _between(press.pressed_at, press.received_at) if is_first else None,
        _between(press.received_at, at(STORED)) if is_first else None,
    )


def _between(since: Wall | None, until: Wall | None) -> Seconds | None:
    if since is None or until is None:
        return None
    return Seconds(round(max(until - since, 0.0), 3))


def _doubled(
    exercise: Exercise, troubles: Iterable[LoggedTrouble], register: Register
) -> frozenset[UnitId]:
    """The units of which two spoke under one name while it went on."""
    spoke = {
        each.name
        for each in troubles
        if each.started < exercise.over_at
        and (each.ended is None or each.ended > exercise.started_at)
    }
    return frozenset(unit for unit in register.by_unit if DUPLICATE_UNIT.name(unit) in spoke)
