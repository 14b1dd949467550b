"""An endpoint: it keeps alerts by id, and does every wrong that an endpoint can do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, NamedTuple

from wire.ids import AlertId
from wire.moves import Move, newer, newer_than_told, read_move, read_moves, write_move


class Manner(Enum):
    """How an endpoint treats the next report."""

    GOOD = auto()
    FORGETS_TO_ANSWER = auto()  # it has kept the report all the same
    NAMES_ONE = auto()  # and has kept one
    REFUSES = auto()
    ASKS_FOR_AN_HOUR = auto()
    ANSWERS_A_PAGE = auto()
    NAMES_OTHERS = auto()
    HANGS = auto()


@dataclass
class Shown:
    """One incident as it is shown, by the rule of docs/police.md: whatever the order in which
    versions come, they add alerts, presses, persons' words and closings, and take nothing back.
    `newest` are the alerts of the highest version alone, which is all that others keep; `dated` are
    the presses whose times were told, `moves` where alerts belong.
    """

    version: int = 0
    alerts: dict[AlertId, int] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)
    covered: dict[AlertId, int] = field(default_factory=dict)
    newest: Mapping[AlertId, int] = field(default_factory=dict)
    dated: set[tuple[AlertId, int]] = field(default_factory=set)
    moves: dict[AlertId, Move] = field(default_factory=dict)

    def take(self, report: Mapping[str, Any], alerts: Mapping[AlertId, int]) -> None:
        """A report came, of which these alerts were kept."""
        _raise(self.alerts, alerts)
        self.persons |= {each["by"] for each in report["events"] if each["by"]}
        for each in report["alerts"]:
            numbers = (press["press"] for press in each.get("each_press", ({"press": 1},)))
            self.dated |= {(AlertId(each["id"]), number) for number in numbers}
        for alert, move in map(read_move, report.get("moves", ())):
            self.moves[alert] = newer(self.moves.get(alert), move)
        if len(alerts) < len(report["alerts"]):
            self.newest = {**self.newest, **alerts}
        elif report["version"] >= self.version:
            self.version, self.newest = report["version"], dict(alerts)
        if report["incident"]["status"] == "closed":
            _raise(self.covered, {each["id"]: each["presses"] for each in report["alerts"]})


def _raise(known: dict[AlertId, int], found: Mapping[AlertId, int]) -> None:
    for alert, presses in found.items():
        known[alert] = max(presses, known.get(alert, 0))


@dataclass(frozen=True)
class Kept:
    """What the people of an endpoint are shown: alerts with their presses, whose words reached
    them, and how many presses of each alert they know to be over.
    """

    incidents: dict[str, Shown] = field(default_factory=dict)

    @property
    def alerts(self) -> dict[AlertId, int]:
        found: dict[AlertId, int] = {}
        for shown in self.incidents.values():
            _raise(found, shown.alerts)
        return found

    @property
    def newest(self) -> dict[AlertId, int]:
        """What a receiver shows that keeps only the highest version of each incident."""
        found: dict[AlertId, int] = {}
        for shown in self.incidents.values():
            _raise(found, shown.newest)
        return found

    @property
    def dated(self) -> set[tuple[AlertId, int]]:
        return {press for shown in self.incidents.values() for press in shown.dated}

    @property
    def moves(self) -> dict[AlertId, Move]:
        """Where each alert belongs that was moved, whichever report told it."""
        found: dict[AlertId, Move] = {}
        for shown in self.incidents.values():
            for alert, move in shown.moves.items():
                found[alert] = newer(found.get(alert), move)
        return found

    @property
    def persons(self) -> set[str]:
        return {name for shown in self.incidents.values() for name in shown.persons}

    @property
    def closed(self) -> dict[AlertId, int]:
        found: dict[AlertId, int] = {}
        for shown in self.incidents.values():
            _raise(found, shown.covered)
        return found


class Reply(NamedTuple):
    """An answer as it leaves; `status` 0 is a line that broke."""

    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


class Police:
    """One address of a receiver; `kept` is what its people have, however it came to them."""

    def __init__(self, kept: Kept) -> None:
        self.manner = Manner.GOOD
        self.kept = kept

    def take(self, body: str) -> Reply | None:
        """Return the answer to a report; None if none ever comes."""
        report = json.loads(body)
        alerts = {AlertId(each["id"]): each["presses"] for each in report["alerts"]}
        first = list(alerts)[:1]
        match self.manner:
            case Manner.GOOD | Manner.FORGETS_TO_ANSWER:
                self._shown(report).take(report, alerts)
            case Manner.NAMES_ONE:
                some = {each: alerts[each] for each in first}
                self._shown(report).take(report, some)
        held = self._held(report)
        return {
            Manner.GOOD: Reply(200, _receipt(list(alerts), held)),
            Manner.FORGETS_TO_ANSWER: Reply(0, b""),
            Manner.NAMES_ONE: Reply(200, _receipt(first, held)),
            Manner.REFUSES: Reply(503, b"busy"),
            Manner.ASKS_FOR_AN_HOUR: Reply(429, b"later", {"retry-after": "3600"}),
            Manner.ANSWERS_A_PAGE: Reply(200, b"<html>sign in</html>"),
            Manner.NAMES_OTHERS: Reply(200, _receipt([AlertId("another")], held)),
        }.get(self.manner)

    def _held(self, report: Mapping[str, Any]) -> Mapping[str, object]:
        """What a receipt says of what is kept beside the report."""
        told = read_moves(report.get("moves"))
        named = {each["id"] for each in report["alerts"]}
        known = {alert: move for alert, move in self.kept.moves.items() if alert in named}
        moves = [write_move(*each) for each in newer_than_told(known, told).items()]
        return {"version": self._shown(report).version, **({"moves": moves} if moves else {})}

    def _shown(self, report: Mapping[str, Any]) -> Shown:
        return self.kept.incidents.setdefault(report["incident"]["id"], Shown())


def _receipt(alerts: list[AlertId], held: Mapping[str, object]) -> bytes:
    return json.dumps({"receipt": "r", "alerts": alerts, **held}).encode()
