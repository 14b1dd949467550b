"""Prints what happens at the school: a line for each stage, answer and sign."""

import time
from collections.abc import Callable
from typing import Any

from simulator.events import LampRead, PlugAsked
from simulator.stage_log import AnswerHeard, StageReached
from wire.ids import RoomId
from wire.stage import ANSWER_MEANING


class Narrator:
    """Writes lines with `say`; what is not worth a line is passed over."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._signs: dict[RoomId, str] = {}

    def tell(self, event: Any) -> None:
        """Say what happened, if it is news."""
        if isinstance(event, StageReached):
            self._line(event.room, f"{event.stage.name:<9} {event.after * 1000:8.1f} ms")
        elif isinstance(event, AnswerHeard):
            self._line(event.room, ANSWER_MEANING[event.answer])
        elif isinstance(event, PlugAsked):
            self._plug(event)
        elif isinstance(event, LampRead) and event.sign:
            if event.sign != self._signs.get(event.room, "off"):
                self._line(event.room, f"the lamp reads: {event.sign}")
            self._signs[event.room] = event.sign

    def _plug(self, plug: PlugAsked) -> None:
        self._say(
            f"{time.strftime('%H:%M:%S')}  receiver  {'no power' if plug.pulled else 'power'}"
        )

    def _line(self, room: RoomId, what: str) -> None:
        self._say(f"{time.strftime('%H:%M:%S')}  room {room}  {what}")
