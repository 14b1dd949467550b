"""A press of a button: what its contact does, edge by edge.

The traces are models, not recordings.  Their bounds are from Ganssle's measurements of eighteen
switches, of which the good ones bounced 1.6 ms on average and 6.2 ms at most.  Nothing here knows
what the firmware makes of it.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from gpiozero.pins.mock import MockPin

from wire.ids import Seconds


class Edge(NamedTuple):
    """The contact becomes `closed`, or opens, `at` seconds into the trace."""

    at: Seconds
    closed: bool


Trace = Sequence[Edge]


@dataclass(frozen=True, slots=True)
class Switch:
    """How one make of switch bounces: for how long (seconds), in how many edges."""

    bounce: tuple[float, float]
    edges: tuple[int, int]


SWITCHES: Final = (
    Switch(bounce=(0.001, 0.002), edges=(5, 9)),  # a microswitch, as in most call points
    Switch(bounce=(0.002, 0.004), edges=(7, 15)),  # a panel push button
    Switch(bounce=(0.004, 0.006), edges=(11, 20)),  # a worn mushroom head
)

# A slap to a firm press (docs/decisions/debounce.md): no source measured frightened people.
_HELD_S: Final = (0.060, 0.180)


def bounce(random: Random, switch: Switch, closed: bool) -> Trace:
    """Return the edges of a contact that ends up `closed`; the first one is at 0."""
    count = random.randint(*switch.edges) | 1  # odd, so that it ends where it was going
    lasts = random.uniform(*switch.bounce)
    later = sorted(random.uniform(0, lasts) for _ in range(count - 2))
    moments = [0.0, *later, lasts]
    return [Edge(Seconds(at), closed == (n % 2 == 0)) for n, at in enumerate(moments)]


class ButtonDriver:
    """A press of the contact at `pin`, which closes to ground; each call blocks while it moves."""

    def __init__(self, pin: MockPin, random: Random) -> None:
        self._pin = pin
        self._random = random
        self._switch = random.choice(SWITCHES)
        self._moving = threading.Lock()

    def push(self) -> None:
        """Close the contact, as its switch does, and stay on it."""
        self._move(closed=True)

    def let_go(self) -> None:
        """Open the contact."""
        self._move(closed=False)

    def press(self) -> None:
        """Push, hold for 60 to 180 ms, and let go."""
        self.push()
        threading.Event().wait(self._random.uniform(*_HELD_S))
        self.let_go()

    def _move(self, closed: bool) -> None:
        with self._moving:
            if self._pin.state != closed:  # low is closed: it is there already
                return
            start = time.monotonic()
            for edge in bounce(self._random, self._switch, closed):
                threading.Event().wait(max(0.0, start + edge.at - time.monotonic()))
                self._drive(edge.closed)

    def _drive(self, closed: bool) -> None:
        if closed:
            self._pin.drive_low()
        else:
            self._pin.drive_high()
