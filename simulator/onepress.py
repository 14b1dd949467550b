"""One press on the production path, and its result: `tocsin-simulator --press ROOM --json`.

Everything in the result was observed from outside: the stages in the unit's own log, the lamp on
its pin, the report and its pictures at the police.
"""

import queue
import time
from collections.abc import Callable
from typing import Any, Final

import requests

from simulator.lamps import Lamp
from simulator.latency_probe import LatencyProbe, Taken
from simulator.stage_log import StageReached
from simulator.wallunit import WallUnit
from wire.ids import AlertId
from wire.stage import Stage

_SENT_WITHIN_S: Final = 30.0
# A camera has 5 s to give a picture before the report names it as silent.
_PICTURE_WITHIN_S: Final = 8.0
# Long enough for any sign on the card to have shown itself whole.
_LOOK_S: Final = 2.0
_LOOK_LONGEST_S: Final = 8.0
_ASK_EVERY_S: Final = 0.1

Inbox = queue.SimpleQueue[Any]
PressResult = dict[str, Any]


class OnePress:
    """Presses the button of `unit` and waits for what comes of it; `tell` hears every event."""

    def __init__(
        self,
        unit: WallUnit,
        lamp: Lamp,
        probe: LatencyProbe,
        inbox: Inbox,
        tell: Callable[[Any], None],
    ) -> None:
        self._unit = unit
        self._lamp = lamp
        self._probe = probe
        self._inbox = inbox
        self._tell = tell
        self._alert: AlertId | None = None
        self._stages: dict[Stage, float] = {}

    def run(self) -> PressResult:
        """Return the result; it has DELIVERED if, and only if, the police gave a receipt."""
        self._unit.driver.press()
        self._wait(lambda: Stage.DELIVERED in self._stages, _SENT_WITHIN_S)
        sent_at = time.monotonic()
        taken = self._ask_police()
        self._wait(lambda: time.monotonic() - sent_at >= _LOOK_S, _LOOK_S)
        self._wait(lambda: self._lamp.sign is not None, _LOOK_LONGEST_S)
        return {
            "room": self._unit.room,
            "alert": self._alert,
            "incident": taken.incident if taken else None,
            "stages": {stage.name: after for stage, after in sorted(self._stages.items())},
            "lamp": self._lamp.sign,
            "pictures": taken.pictures if taken else 0,
            "report": taken.report if taken else None,
        }

    def _wait(self, done: Callable[[], bool], within: float) -> None:
        """Take in what happens until `done`, for at most `within` seconds."""
        deadline = time.monotonic() + within
        while not done() and time.monotonic() < deadline:
            try:
                event = self._inbox.get(timeout=_ASK_EVERY_S)
            except queue.Empty:
                continue
            self._tell(event)
            if isinstance(event, StageReached) and event.room == self._unit.room:
                self._alert = event.alert
                self._stages.setdefault(event.stage, round(event.after, 4))

    def _ask_police(self) -> Taken | None:
        """Return the incident once it has a picture, or as it stands when patience ends."""
        taken: Taken | None = None
        deadline = time.monotonic() + (_PICTURE_WITHIN_S if Stage.DELIVERED in self._stages else 0)
        while True:
            try:
                taken = self._probe.find(self._alert) if self._alert else None
            except requests.RequestException:
                taken = None
            if (taken and taken.pictures) or time.monotonic() > deadline:
                return taken
            self._wait(lambda: False, _ASK_EVERY_S)
