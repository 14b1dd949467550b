"""How far each press got and when, as the firmware itself logs it.

The logger `device.stages` is the firmware's only output for this; there is no hook made for the
simulator.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

from wire.ids import AlertId, RoomId, Seconds
from wire.stage import ANSWERS_BY_WORD, Answer, Stage

STAGE_LOG: Final = "device.stages"


class StageReached(NamedTuple):
    """An alert reached `stage`, so many seconds after the first edge of its press."""

    alert: AlertId
    room: RoomId
    stage: Stage
    after: Seconds


class AnswerHeard(NamedTuple):
    """The unit heard who has answered an alert, so many seconds after the first edge."""

    alert: AlertId
    room: RoomId
    answer: Answer
    after: Seconds


Fact = StageReached | AnswerHeard


class StageHandler(logging.Handler):
    """Hands each fact that is logged to `tell`, from the firmware's thread: `tell` only puts."""

    def __init__(self, tell: Callable[[Fact], None]) -> None:
        super().__init__(logging.INFO)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging, for each record of the firmware's stages."""
        told = record.__dict__
        alert, room = AlertId(told["alert"]), RoomId(told["room"])
        after = Seconds(float(told["after"]))
        if "stage" in told:
            self._tell(StageReached(alert, room, Stage[told["stage"]], after))
        else:
            self._tell(AnswerHeard(alert, room, ANSWERS_BY_WORD[told["answer"]], after))


def listen(tell: Callable[[Fact], None]) -> None:
    """Have `tell` hear every fact of every unit in this process from now on."""
    logger = logging.getLogger(STAGE_LOG)
    logger.setLevel(logging.INFO)
    logger.addHandler(StageHandler(tell))
