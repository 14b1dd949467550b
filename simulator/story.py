"""How far each press got and when, as the firmware itself tells it in its log.

The logger `device.story` is the firmware's only window; there is no hook made for the simulator.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

from wire.ids import AlertId, RoomId, Seconds
from wire.stage import Stage

STORY: Final = "device.story"


class Climb(NamedTuple):
    """An alert reached `stage`, so many seconds after the first edge of its press."""

    alert: AlertId
    room: RoomId
    stage: Stage
    after: Seconds


class StoryHandler(logging.Handler):
    """Hands each climb that is logged to `tell`, from the firmware's thread: `tell` only puts."""

    def __init__(self, tell: Callable[[Climb], None]) -> None:
        super().__init__(logging.INFO)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging, for each record of the firmware's story."""
        told = record.__dict__
        stage = Stage[told["stage"]]
        after = Seconds(float(told["after"]))
        self._tell(Climb(AlertId(told["alert"]), RoomId(told["room"]), stage, after))


def listen(tell: Callable[[Climb], None]) -> None:
    """Have `tell` hear every climb of every unit in this process from now on."""
    logger = logging.getLogger(STORY)
    logger.setLevel(logging.INFO)
    logger.addHandler(StoryHandler(tell))
