"""The rows of alerts among those that wait for the disk, and which of them takes in what comes.

The rules are those of the same rows' SQL (`sql.write`).
"""

import itertools
from collections.abc import Hashable

from gateway.core.effects import Save, SaveAlert, SaveMove
from wire.evidence import merged as merged_evidence
from wire.ids import AlertId
from wire.presses import DatedPress, merged

Key = tuple[Hashable, ...]


class AlertRows:
    """The rows of alerts among all `rows`.

    The first of an alert stays where it is, for what follows is about it; the last one takes in
    what comes, until the alert belongs to another incident.
    """

    def __init__(self, rows: dict[Key, Save]) -> None:
        self._rows = rows
        self._numbers = itertools.count()
        self._open: dict[AlertId, list[tuple[Key, SaveAlert]]] = {}
        self._moves: dict[AlertId, SaveMove] = {}

    def add(self, row: SaveAlert) -> None:
        """Add a press, a press more, or a repeat."""
        known = self._open.get(row.id)
        if known is None or known[-1][1].incident != row.incident:
            self._open[row.id] = [self._append(row)]
            return
        key, last = known[-1]
        if row.presses <= last.presses:
            self._rows[key] = last = _repeated(last, row)
            known[-1] = key, last
            return
        if len(known) > 1 and last.doubts in ((), row.doubts):
            del self._rows[key]
            known[-1] = self._append(_grown(last, row))
        else:
            self._open[row.id] = [known[-1], self._append(row)]

    def move(self, row: SaveMove) -> None:
        """Add a move: what its alert is from then on is about another incident."""
        if row.alert in self._open or self._moves.get(row.alert) != row:
            self._moves[row.alert] = row
            self._open.pop(row.alert, None)
            self._rows[SaveMove, next(self._numbers)] = row

    def _append(self, row: SaveAlert) -> tuple[Key, SaveAlert]:
        key = SaveAlert, row.id, next(self._numbers)
        self._rows[key] = row
        return key, row


def _repeated(last: SaveAlert, row: SaveAlert) -> SaveAlert:
    """A repeat may say that it was earlier, or doubtful; without an incident it says nothing."""
    if not row.incident:
        return last
    first = min(last.pressed_at, row.pressed_at)
    doubts = last.doubts or row.doubts
    evidence = merged_evidence(last.evidence, row.evidence)
    return last._replace(
        pressed_at=first, further=_further(last, row), doubts=doubts, evidence=evidence
    )


def _grown(last: SaveAlert, row: SaveAlert) -> SaveAlert:
    """A press more takes the place of those before it."""
    first = min(last.pressed_at, row.pressed_at)
    evidence = merged_evidence(last.evidence, row.evidence)
    return row._replace(pressed_at=first, further=_further(last, row), evidence=evidence)


def _further(last: SaveAlert, row: SaveAlert) -> tuple[DatedPress, ...]:
    return merged(last.further, row.further) if row.further else last.further
