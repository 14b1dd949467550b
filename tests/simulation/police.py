"""An endpoint: it keeps alerts by id, and does every wrong that an endpoint can do."""

import json
from enum import Enum, auto

from wire.ids import AlertId

Kept = dict[AlertId, int]
"""Each alert's id with the most presses that a receiver has committed of it."""


class Manner(Enum):
    """How an endpoint treats the next report."""

    GOOD = auto()
    FORGETS_TO_ANSWER = auto()  # it has kept the report all the same
    REFUSES = auto()
    ANSWERS_A_PAGE = auto()
    NAMES_OTHERS = auto()
    HANGS = auto()


class Police:
    """One address of a receiver; `kept` is what its people have, however it came to them."""

    def __init__(self, kept: Kept) -> None:
        self.manner = Manner.GOOD
        self.kept = kept

    def take(self, body: str) -> tuple[int, bytes] | None:
        """Return status and body of the answer (0: the line broke); None if none ever comes."""
        alerts = {AlertId(each["id"]): each["presses"] for each in json.loads(body)["alerts"]}
        if self.manner in (Manner.GOOD, Manner.FORGETS_TO_ANSWER):
            for alert, presses in alerts.items():
                self.kept[alert] = max(self.kept.get(alert, 0), presses)
        return {
            Manner.GOOD: (200, _receipt(list(alerts))),
            Manner.FORGETS_TO_ANSWER: (0, b""),
            Manner.REFUSES: (503, b"busy"),
            Manner.ANSWERS_A_PAGE: (200, b"<html>sign in</html>"),
            Manner.NAMES_OTHERS: (200, _receipt([AlertId("another")])),
        }.get(self.manner)


def _receipt(alerts: list[AlertId]) -> bytes:
    return json.dumps({"receipt": "r", "alerts": alerts}).encode()
