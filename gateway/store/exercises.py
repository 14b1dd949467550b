"""The exercises of a school, each a row.  Inside a transaction, or by a connection of its own.

A row joins what is known of one by the law of wire/exercise.py.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.store.values import read_doubts
from wire.errors import WireError
from wire.exercise import Exercise, merged, read_exercise, write_exercise
from wire.ids import AlertId, ExerciseId, UnitId, Wall
from wire.modes import Mode, read_mode

_OF: Final = "SELECT words FROM exercise WHERE id = ?"
_KEEP: Final = "INSERT OR REPLACE INTO exercise VALUES (?,?,?)"
_SINCE: Final = "SELECT words FROM exercise WHERE started_at >= ? ORDER BY started_at"
_PRESSES: Final = (
    "SELECT a.id, unit, pressed_at, received_at, presses, stage, doubts, mode FROM incident i"
    " JOIN alert a ON a.incident = i.id WHERE i.exercise = ? ORDER BY received_at"
)
_NEWEST: Final = "SELECT words FROM exercise ORDER BY started_at DESC LIMIT ?"


class ExercisePress(NamedTuple):
    """An alert that was born in an exercise, as it stands by now: `mode` live if it was real."""

    alert: AlertId
    unit: UnitId
    pressed_at: Wall
    received_at: Wall
    presses: int
    stage: int
    doubts: tuple[str, ...]
    mode: Mode


def keep(db: sqlite3.Connection, told: Iterable[Exercise]) -> None:
    """Join what is told of exercises with what is known."""
    for each in told:
        known = exercise_of(db, each.id)
        now_known = merged(known, each) if known else each
        words = json.dumps(write_exercise(now_known))
        db.execute(_KEEP, (each.id, now_known.started_at, words))


def exercise_of(db: sqlite3.Connection, name: ExerciseId) -> Exercise | None:
    """Return one exercise."""
    return next(iter(_read(db.execute(_OF, (name,)))), None)


def since(db: sqlite3.Connection, at: Wall) -> list[Exercise]:
    """Return those that were started after a moment."""
    return _read(db.execute(_SINCE, (at,)))


def newest(db: sqlite3.Connection, most: int) -> list[Exercise]:
    """Return the newest, the newest first."""
    return _read(db.execute(_NEWEST, (most,)))


def presses_in(db: sqlite3.Connection, name: ExerciseId) -> list[ExercisePress]:
    """Return the presses that were made in an exercise, in the order in which they came."""
    return [
        ExercisePress._make((*facts, read_doubts(doubts), read_mode(mode)))
        for *facts, doubts, mode in db.execute(_PRESSES, (name,))
    ]


def asked_for(words: str | None) -> Exercise | None:
    """Return the exercise that a person asked for, as `write_exercise` wrote it."""
    return None if words is None else next(iter(_read([(words,)])), None)


def _read(rows: Iterable[tuple[str]]) -> list[Exercise]:
    """What a disk spoilt is none, so that its presses are real."""
    found: list[Exercise] = []
    for (words,) in rows:
        try:
            found.append(read_exercise(json.loads(words)))
        except (WireError, ValueError, RecursionError):
            continue
    return found
