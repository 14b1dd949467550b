"""A school's history of two incidents and more, as its reports tell it, and how it ends."""

import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from tests.police.school import Json, alert, report
from wire.ids import Wall
from wire.moment import write_moment

ROOMS: Final = ("204", "205", "206")
_SPACE: Final = uuid.UUID(int=7)

Cards = dict[str, tuple[str, dict[str, int]]]
"""Each incident that has alerts: how it stands, and the presses of its rooms."""


class Step(NamedTuple):
    """A room is `press`ed; its incident is `close`d; it is moved to another incident as it stands
    (`split`), or with a press that comes meanwhile (`leave`).
    """

    what: str
    room: str
    to: int


class History:
    """What happens, one step after the other; `reports` are in the order in which they are made."""

    def __init__(self, steps: Sequence[Step]) -> None:
        first = _incident(0)
        self.reports: list[Json] = []
        self._alerts = {room: {**alert(room), "id": _id(room)} for room in ROOMS}
        self._where = dict.fromkeys(ROOMS, first)
        self._covered = dict.fromkeys(ROOMS, 0)
        self._moves: dict[str, Json] = {}
        self._tell(first)
        for step in steps:
            if not self._is_over(self._where[step.room]):
                self._do(step)

    def cards(self) -> Cards:
        """How it ends."""
        return {
            incident: ("closed" if self._is_over(incident) else "active", self._presses(incident))
            for incident in {*self._where.values()}
        }

    def _do(self, step: Step) -> None:
        source = self._where[step.room]
        if step.what in ("press", "leave"):
            self._alerts[step.room]["presses"] += 1
        if step.what in ("split", "leave"):
            self._move(step.room, source, _incident(step.to))
        if step.what == "close":
            self._covered |= self._presses(source)
        self._tell(source)

    def _move(self, room: str, source: str, to: str) -> None:
        if to == source or self._is_over(to):
            return
        number = len(self.reports) + 10
        at = write_moment(Wall(1_790_000_000.0))
        told = {"alert": _id(room), "number": number, "from": source, "to": to, "at": at}
        self._moves[room] = {**told, "by": "Ms Hill"}
        self._where[room] = to
        self._tell(to)

    def _tell(self, incident: str) -> None:
        """Report an incident, or that all of it was joined into another one."""
        here = [room for room in ROOMS if self._where[room] == incident]
        left = [room for room, move in self._moves.items() if move["from"] == incident]
        names = here or [room for room in left if self._where[room] != incident]
        alerts = [dict(self._alerts[room]) for room in names]
        moves = [self._moves[room] for room in {*names, *left} & {*self._moves}]
        told = report(alerts, len(self.reports) + 1, incident=incident, moves=moves)
        told["incident"]["status"] = "closed" if self._is_over(incident) else "active"
        if not here:
            told["incident"]["joined_into"] = self._where[names[0]]
        self.reports.append(told)

    def _is_over(self, incident: str) -> bool:
        presses = self._presses(incident)
        return bool(presses) and all(self._covered[room] >= presses[room] for room in presses)

    def _presses(self, incident: str) -> dict[str, int]:
        return {
            room: self._alerts[room]["presses"] for room in ROOMS if self._where[room] == incident
        }


def _incident(number: int) -> str:
    return _id(f"incident {number}")


def _id(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))
