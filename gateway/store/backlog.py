"""What is still to be written: handed over by the loop, taken by the store's thread.

While the disk takes nothing this may be for hours, so a row replaces its older self: a unit that
repeats its alert ten thousand times leaves one row.  Each rule here is that of the same row's SQL
(`sql.write`), so that what is left gives the same tables as all of it would have.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from gateway.core.effects import (
    Save,
    SaveAlert,
    SaveAnswer,
    SaveCleared,
    SaveClosed,
    SaveDone,
    SaveEvent,
    SaveExercise,
    SaveIncident,
    SaveMark,
    SaveMove,
    SaveReceipt,
    SaveTrouble,
)
from gateway.store.alert_rows import AlertRows, Key
from wire.exercise import merged
from wire.marks import joined
from wire.modes import weightier

# Timelines, marks and troubles that wait: the oldest give way.  What a start needs never does.
MOST_LINES: Final = 10_000
_LINES: Final = (SaveEvent, SaveTrouble, SaveMark)
# Rows that are not looked through for older selves: a storm is written before it comes to that.
_FEW: Final = 8_192


class Backlog:
    """The work in its order; safe to use from two threads, and neither waits for a disk."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: list[Save] = []
        self._compact_at = _FEW

    def add(self, work: Iterable[Save]) -> bool:
        """Hand over work; True if nothing was waiting before."""
        with self._lock:
            was_empty = not self._work
            self._work += work
            if len(self._work) > self._compact_at:
                self._work = compact(self._work)
                # So that looking through it costs each row a few looks, however many come.
                self._compact_at = _FEW + 2 * len(self._work)
            return was_empty

    def take(self) -> list[Save]:
        """Return all that waits, and hold it no more."""
        with self._lock:
            work, self._work = self._work, []
            self._compact_at = _FEW
            return work

    def give_back(self, work: list[Save]) -> None:
        """The disk did not take it: it is older than what came since."""
        with self._lock:
            self._work = compact([*work, *self._work])
            self._compact_at = _FEW + 2 * len(self._work)


def compact(work: Iterable[Save]) -> list[Save]:
    """Return the fewest rows that give the same tables, without the oldest lines if too many."""
    rows: dict[Key, Save] = {}
    alerts = AlertRows(rows)
    for each in _single(work):
        match each:
            case SaveAlert():
                alerts.add(each)
            case SaveMove():
                alerts.move(each)
            case _:
                key = _key(each)
                older = rows.pop(key, None)
                # Last, for it counts only after what came between: a press more, and then a stage.
                rows[key] = each if older is None else _MERGES[type(each)](older, each)
    lines = [key for key, each in rows.items() if isinstance(each, _LINES)]
    for key in lines[: max(len(lines) - MOST_LINES, 0)]:
        del rows[key]
    return list(rows.values())


def _single(work: Iterable[Save]) -> Iterator[Save]:
    """Split what tells of several alerts."""
    for each in work:
        match each:
            case SaveReceipt(alerts=[_, _, *_]):
                yield from (each._replace(alerts=(one,)) for one in each.alerts)
            case SaveAnswer(alerts=[_, _, *_]) | SaveClosed(alerts=[_, _, *_]):
                yield from (each._replace(alerts=(one,)) for one in each.alerts)
            case SaveCleared():
                yield from (each._replace(alerts=(one,)) for one in each.alerts)
            case _:
                yield each


def _key(row: Save) -> Key:
    match row:
        case SaveIncident():
            return SaveIncident, row.id
        case SaveReceipt(endpoint, _, alerts):
            # Each count of presses by itself: it settles only what had no more by then.
            return SaveReceipt, endpoint, alerts
        case SaveTrouble(name, _, started):
            return SaveTrouble, name, started
        case SaveExercise(exercise):
            return SaveExercise, exercise.id
        case SaveMark(incident, mark):
            return SaveMark, incident, mark.id
        case _:
            return type(row), *row


def _incident(older: SaveIncident, newer: SaveIncident) -> SaveIncident:
    stays = older.status == "closed" or newer.status == "active"
    return older._replace(
        version=max(older.version, newer.version),
        link=max(older.link, newer.link),
        status=older.status if stays else newer.status,
        disposition=newer.disposition or older.disposition,
        name=newer.name or older.name,
        mode=weightier(older.mode, newer.mode),
        exercise=older.exercise or newer.exercise,
    )


def _receipt(older: SaveReceipt, newer: SaveReceipt) -> SaveReceipt:
    """The endpoint has had these presses since its first receipt for them."""
    return newer._replace(number=older.number, at=older.at)


def _mark(older: SaveMark, newer: SaveMark) -> SaveMark:
    return newer._replace(mark=joined((older.mark,), (newer.mark,))[0])


def _exercise(older: SaveExercise, newer: SaveExercise) -> SaveExercise:
    return SaveExercise(merged(older.exercise, newer.exercise))


def _newer(_older: Save, newer: Save) -> Save:
    return newer


_MERGES: Final[dict[type, Callable[..., Save]]] = {
    SaveIncident: _incident,
    SaveReceipt: _receipt,
    SaveAnswer: _newer,
    SaveClosed: _newer,
    SaveCleared: _newer,
    SaveEvent: _newer,
    SaveExercise: _exercise,
    SaveMark: _mark,
    SaveDone: _newer,
    SaveTrouble: _newer,
}
