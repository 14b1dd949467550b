"""The life of one alert, from finger to police.  Pure: no clock, no disk, no network, no role.

Rule 1: every change of stage, on either side, happens in `climb`.
Rule 2: an alert only climbs.  News comes twice, late and out of order; climbing makes it harmless.
        A failed attempt is a fact about the road (see `overdue`), never a stage.
Rule 3: nothing times out into CLOSED.  Only a named person ends an alert.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from wire.ids import Seconds


class Stage(IntEnum):
    """How far an alert got."""

    PRESSED = 1
    HELD = 2
    RECEIVED = 3
    SENT = 4
    CONFIRMED = 5
    CLOSED = 6


MEANING: Final[Mapping[Stage, str]] = {
    Stage.PRESSED: "the unit accepted the press",
    Stage.HELD: "it is on the unit's disk",
    Stage.RECEIVED: "it is on a gateway's disk, synced",
    Stage.SENT: "an endpoint gave its receipt",
    Stage.CONFIRMED: "a person at the receiving side took it",
    Stage.CLOSED: "a named person closed it",
}

# Seconds since the press by which a stage must be reached, or people are told that it was not.
PATIENCE: Final[Mapping[Stage, Seconds]] = {
    Stage.RECEIVED: Seconds(4.0),
    Stage.SENT: Seconds(15.0),
}


def climb(now_at: Stage, to: Stage) -> Stage:
    """Return the higher of the two: a repeat, or late news, changes nothing."""
    return max(now_at, to)


def overdue(reached: Stage, since_press: Seconds) -> Stage | None:
    """Return the highest stage that should have been reached by now and was not, or None."""
    late = [stage for stage, limit in PATIENCE.items() if reached < stage and since_press >= limit]
    return max(late, default=None)
