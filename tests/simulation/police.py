"""An endpoint: it keeps alerts by id, and does every wrong that an endpoint can do."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple

from wire.ids import AlertId


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


@dataclass(frozen=True)
class Kept:
    """What the people of an endpoint have: alerts with their most presses, whose words reached
    them, and which alerts they know to be over.
    """

    alerts: dict[AlertId, int] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)
    closed: set[AlertId] = field(default_factory=set)


class Reply(NamedTuple):
    """An answer as it leaves; `status` 0 is a line that broke."""

    status: int
    body: bytes
    retry_after: str | None = None


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
                self._keep_words(report, alerts)
                self._keep(alerts)
            case Manner.NAMES_ONE:
                self._keep_words(report, alerts)
                self._keep({each: alerts[each] for each in first})
        return {
            Manner.GOOD: Reply(200, _receipt(list(alerts))),
            Manner.FORGETS_TO_ANSWER: Reply(0, b""),
            Manner.NAMES_ONE: Reply(200, _receipt(first)),
            Manner.REFUSES: Reply(503, b"busy"),
            Manner.ASKS_FOR_AN_HOUR: Reply(429, b"later", "3600"),
            Manner.ANSWERS_A_PAGE: Reply(200, b"<html>sign in</html>"),
            Manner.NAMES_OTHERS: Reply(200, _receipt([AlertId("another")])),
        }.get(self.manner)

    def _keep(self, alerts: dict[AlertId, int]) -> None:
        for alert, presses in alerts.items():
            self.kept.alerts[alert] = max(self.kept.alerts.get(alert, 0), presses)

    def _keep_words(self, report: Mapping[str, Any], alerts: Iterable[AlertId]) -> None:
        self.kept.persons.update(each["by"] for each in report["events"] if each["by"])
        if report["incident"]["status"] == "closed":
            self.kept.closed.update(alerts)


def _receipt(alerts: list[AlertId]) -> bytes:
    return json.dumps({"receipt": "r", "alerts": alerts}).encode()
