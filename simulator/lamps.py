"""Watches the lamps' pins and reports what a person would see."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from gpiozero.pins.mock import MockPin

from simulator.events import LampChanged, LampRead
from simulator.lamp_decoder import LampDecoder, Step
from wire.ids import Monotonic, RoomId, Seconds

# The pin keeps each change with its time: looking rarely costs nothing but being told a bit later.
_POLL_EVERY_S: Final = 0.02

Tell = Callable[[LampChanged | LampRead], None]


class Lamp:
    """One lamp that is watched.  `sign` is what it reads now, None while it cannot be sure."""

    def __init__(self, room: RoomId, pin: MockPin, now: Monotonic) -> None:
        self.sign: str | None = None
        self.lit = bool(pin.state)
        self._room = room
        self._pin = pin
        self._decoder = LampDecoder()
        self._count = len(pin.states)
        self._since = now

    def poll(self, now: Monotonic, tell: Tell) -> None:
        """Tell what changed since the last look."""
        changes = self._pin.states[self._count :]
        self._count += len(changes)
        for change in changes:
            self.lit, self._since = bool(change.state), now
            self._decoder.saw(Step(not self.lit, Seconds(change.timestamp)))
            tell(LampChanged(self._room, self.lit))
        sign = self._decoder.read(Step(self.lit, Seconds(now - self._since)))
        if sign != self.sign:
            self.sign = sign
            tell(LampRead(self._room, sign))


def watch(pins: Mapping[RoomId, MockPin], tell: Tell) -> Mapping[RoomId, Lamp]:
    """Watch the lamps from now on, in a thread that ends with the process."""
    begin = Monotonic(time.monotonic())
    lamps = {room: Lamp(room, pin, begin) for room, pin in pins.items()}

    def go_on_looking() -> None:
        pause = threading.Event()
        while not pause.wait(_POLL_EVERY_S):
            for lamp in lamps.values():
                lamp.poll(Monotonic(time.monotonic()), tell)

    threading.Thread(target=go_on_looking, name="lamps", daemon=True).start()
    return lamps
