"""The patterns of lamp and buzzer: tables from how an alert stands to a pattern in time.

Pure.  Lit most of the time means that the police have it, an even blink that it is on its way, and
three short flashes with a long dark behind them that it was NOT DELIVERED: call 911.  That stays
until there is a receipt, no matter who has answered.  One flash and a very long dark is none of
these: the gateway has a press that is a test.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wire.ids import Monotonic
from wire.modes import LIVE, TEST, Mode
from wire.stage import Answer, Stage


class Pattern(NamedTuple):
    """Steps of (on, seconds), over and over; one that does not repeat ends dark."""

    steps: tuple[tuple[bool, float], ...]
    repeats: bool = True


DARK: Final = Pattern(((False, 1.0),), repeats=False)
FAST_BLINK: Final = Pattern(((True, 0.2), (False, 0.2)))
SLOW_BLINK: Final = Pattern(((True, 0.8), (False, 0.8)))
SOLID: Final = Pattern(((True, 60.0),))
# It follows SOLID, so it begins with the dark: the change is seen at once, that a person has it.
DOUBLE_PULSE: Final = Pattern(((False, 0.15), (True, 0.15), (False, 0.15), (True, 1.4)))
# Not to be taken for DOUBLE_PULSE: one gap, and nearly three times as long.
LONG_GAP: Final = Pattern(((False, 0.4), (True, 1.8)))
# Three in a second at most: more could start a seizure (WCAG 2, 2.3.1).
TRIPLE_FLASH: Final = Pattern(((True, 0.1), (False, 0.1)) * 3 + ((False, 0.7),))
TRIPLE_FLASH_AND_LONG: Final = Pattern(
    ((True, 0.1), (False, 0.1)) * 3 + ((False, 1.1), (True, 0.4), (False, 1.2))
)

# Dark nearly all the time, so that nobody believes that help is on its way.
LONE_FLASH: Final = Pattern(((True, 0.15), (False, 1.85)))

BEEP: Final = Pattern(((True, 0.12),), repeats=False)
NAG: Final = Pattern(((True, 0.1), (False, 0.1)) * 3 + ((False, 1.4),))

LAMP: Final[Mapping[Stage, Mapping[Answer, Pattern]]] = {
    Stage.PRESSED: dict.fromkeys(Answer, FAST_BLINK),
    Stage.STORED: dict.fromkeys(Answer, FAST_BLINK),
    Stage.RECEIVED: dict.fromkeys(Answer, SLOW_BLINK),
    Stage.DELIVERED: {
        Answer.NONE: SOLID,
        Answer.SCHOOL: LONG_GAP,
        Answer.RECEIVER: DOUBLE_PULSE,
    },
    Stage.CLOSED: dict.fromkeys(Answer, DARK),
}
NOT_DELIVERED: Final[Mapping[Answer, Pattern]] = {
    Answer.NONE: TRIPLE_FLASH,
    Answer.SCHOOL: TRIPLE_FLASH_AND_LONG,
    Answer.RECEIVER: TRIPLE_FLASH_AND_LONG,
}


class Indication(NamedTuple):
    """What people at the button should know: how far the press got, whether it is overdue, and who
    has answered it; and whether it is an emergency at all.
    """

    stage: Stage
    not_delivered: bool
    answer: Answer = Answer.NONE
    mode: Mode = LIVE


def lamp_pattern(sign: Indication | None) -> Pattern:
    """The lamp's pattern for `sign`; None is a unit without an open alert."""
    if sign is None:
        return DARK
    if sign.mode == TEST and sign.stage is Stage.RECEIVED and not sign.not_delivered:
        return LONE_FLASH
    return (NOT_DELIVERED if sign.not_delivered else LAMP[sign.stage])[sign.answer]


def buzzer_pattern(sign: Indication | None) -> Pattern:
    """The buzzer's: a beep as the press is accepted, repeated while it is not delivered."""
    if sign is None or sign.stage >= Stage.DELIVERED:
        return DARK
    return NAG if sign.not_delivered else BEEP


def level(pattern: Pattern, since: Monotonic, now: Monotonic) -> bool:
    """True if `pattern`, begun at `since`, is on at `now`."""
    return _at(pattern, since, now)[0]


def next_change(pattern: Pattern, since: Monotonic, now: Monotonic) -> Monotonic:
    """When `pattern` takes its next step; never (infinity) if it has ended."""
    return _at(pattern, since, now)[1]


def _at(pattern: Pattern, since: Monotonic, now: Monotonic) -> tuple[bool, Monotonic]:
    length = sum(seconds for _, seconds in pattern.steps)
    elapsed = max(now - since, 0.0)
    if elapsed >= length and not pattern.repeats:
        return False, Monotonic(float("inf"))
    rounds = elapsed // length
    end = since + rounds * length
    for on, seconds in pattern.steps:
        end += seconds
        if now < end:
            return on, Monotonic(end)
    return pattern.steps[0][0], Monotonic(end + pattern.steps[0][1])
