"""The life of one alert: how far it got, and who has answered it.

They are two facts.  Machines deliver (`Stage`), people answer (`Answer`), and neither says anything
of the other: a person at the school may answer what nobody outside has.

Pure: no clock, no disk, no network, no role.
Rule 1: every change of either, on either side, happens in `advance` and `answered`.
Rule 2: both only advance.  Progress comes twice, late and out of order; advancing only makes that
        harmless.  A failed attempt is a fact about the connection (see `overdue`), never a stage.
Rule 3: nothing times out into CLOSED.  Only a named person ends an alert.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from wire.ids import Seconds


class Stage(IntEnum):
    """How far an alert got.  A number stands on disks: it never means anything else (5 did)."""

    PRESSED = 1
    STORED = 2
    RECEIVED = 3
    DELIVERED = 4
    CLOSED = 6


class Answer(IntEnum):
    """Who has answered an alert, in persons; the receiver's word counts for more."""

    NONE = 0
    SCHOOL = 1
    RECEIVER = 2

    @property
    def word(self) -> str:
        """What it is called in messages, reports and pages."""
        return self.name.lower()


ANSWERS_BY_WORD: Final[Mapping[str, Answer]] = {answer.word: answer for answer in Answer}

MEANING: Final[Mapping[Stage, str]] = {
    Stage.PRESSED: "the unit accepted the press",
    Stage.STORED: "it is on the unit's disk",
    Stage.RECEIVED: "it is on a gateway's disk, synced",
    Stage.DELIVERED: "an endpoint gave its receipt",
    Stage.CLOSED: "a named person closed it",
}

ANSWER_MEANING: Final[Mapping[Answer, str]] = {
    Answer.NONE: "nobody has answered",
    Answer.SCHOOL: "a person at the school has taken it",
    Answer.RECEIVER: "a person at the receiving side has taken it",
}

# Seconds since the press by which a stage must be reached, or people are told that it was not.
DEADLINES: Final[Mapping[Stage, Seconds]] = {
    Stage.RECEIVED: Seconds(4.0),
    Stage.DELIVERED: Seconds(15.0),
}


def advance(now_at: Stage, to: Stage) -> Stage:
    """Return the higher of the two: a repeat, or late news, changes nothing."""
    return max(now_at, to)


def answered(so_far: Answer, by: Answer) -> Answer:
    """Return the answer that counts for more: a repeat, or late news, changes nothing."""
    return max(so_far, by)


def overdue(reached: Stage, since_press: Seconds) -> Stage | None:
    """Return the highest stage that should have been reached by now and was not, or None."""
    late = [stage for stage, limit in DEADLINES.items() if reached < stage and since_press >= limit]
    return max(late, default=None)
