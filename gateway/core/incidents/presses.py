"""The presses of an alert after its first one, each with its times.  Pure.

A press is known by its number.  What is told of it again never makes it later, and moves it only
when it was earlier by more than a network's ordinary delay.  By the clock that no one sets, as long
as that is known: else a clock that is set between two repeats would move a press.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.core.values import Now
from wire.ids import Monotonic, Seconds, Wall
from wire.messages import Alert
from wire.messages import FurtherPress as ToldPress
from wire.presses import MOST_DATED, DatedPress

# What a repeat says to be earlier by less is the same: messages take that long at times.
_DELAY: Final = Seconds(0.25)


class FurtherPress(NamedTuple):
    """A press after the first; `pressed` is `pressed_at` by the clock that no one sets, None if no
    unit has told its age in the life of this process.
    """

    press: int
    pressed_at: Wall | None
    received_at: Wall
    pressed: Monotonic | None = None


Further = tuple[FurtherPress, ...]


def earlier_by(known: Monotonic, told: Monotonic) -> Seconds:
    """Return by how much a press was before what is known; 0 for an ordinary delay."""
    earlier = Seconds(known - told)
    return earlier if earlier >= _DELAY else Seconds(0.0)


def told_presses(message: Alert, now: Now) -> Further:
    """Return the further presses of a message, received now.

    The newest one is received now whether or not its unit tells when it was.  Of those before it
    that the message does not date, nothing is known but that they were.
    """
    if message.presses == 1:
        return ()
    told = [_told(each, now) for each in message.further]
    if not told or told[-1].press != message.presses:
        told.append(FurtherPress(message.presses, None, now.wall))
    return tuple(told[-MOST_DATED:])


def with_told(known: Further, told: Further, before: int) -> Further:
    """Return `known` with what `told` adds; `known` itself if that is nothing.

    `before` presses were known by then: of those, only what has a time is news.
    """
    found = {each.press: each for each in known}
    for each in told:
        if each.press in found:
            found[each.press] = _earliest(found[each.press], each)
        elif each.press > before or each.pressed_at is not None:
            found[each.press] = each
    merged = tuple(found[number] for number in sorted(found)[-MOST_DATED:])
    return known if merged == known else merged


def dated(presses: Iterable[FurtherPress]) -> tuple[DatedPress, ...]:
    """Return presses without what only this process knows of them."""
    return tuple(DatedPress(*each[:3]) for each in presses)


def known_presses(presses: Iterable[DatedPress]) -> Further:
    """Return presses that another process, or the disk, has told of."""
    return tuple(FurtherPress(*each) for each in presses)


def _told(press: ToldPress, now: Now) -> FurtherPress:
    if press.age is None:
        return FurtherPress(press.press, press.pressed_at, now.wall)
    pressed_at, pressed = Wall(now.wall - press.age), Monotonic(now.mono - press.age)
    return FurtherPress(press.press, pressed_at, now.wall, pressed)


def _earliest(known: FurtherPress, told: FurtherPress) -> FurtherPress:
    if told.pressed_at is None:
        return known
    if known.pressed_at is None:
        return known._replace(pressed_at=told.pressed_at, pressed=told.pressed)
    if known.pressed is None or told.pressed is None:
        return known._replace(pressed=told.pressed if known.pressed is None else known.pressed)
    earlier = earlier_by(known.pressed, told.pressed)
    if not earlier:
        return known
    return known._replace(pressed=told.pressed, pressed_at=Wall(known.pressed_at - earlier))
