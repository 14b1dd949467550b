"""When each press got how far, beside what the store's own rows say.  Pure.

A moment is kept once, as it was known first; what nobody knew stays unknown.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from wire.ids import AlertId, Wall
from wire.messages import Alert

PRESSED_BY_UNIT: Final = "pressed-by-unit"
"""When it was pressed, by the unit's own clock."""
SENT_BY_UNIT: Final = "sent-by-unit"
"""When the unit sent it, by that clock."""
STORED: Final = "stored"
"""When it was on this gateway's disk, synced."""


class Moment(NamedTuple):
    """When something happened to a press; `what` is a word of this module."""

    alert: AlertId
    press: int
    what: str
    at: Wall


def moments_by_unit(message: Alert) -> Iterator[Moment]:
    """Return what a unit says of its newest press by its own clock, if that is set."""
    number, age, pressed_at = message.presses, message.age, message.pressed_at
    if number > 1:
        found = next((each for each in message.further if each.press == number), None)
        age, pressed_at = (found.age, found.pressed_at) if found else (None, None)
    if pressed_at is None:
        return
    yield Moment(message.alert, number, PRESSED_BY_UNIT, pressed_at)
    if age is not None:
        yield Moment(message.alert, number, SENT_BY_UNIT, Wall(pressed_at + age))
