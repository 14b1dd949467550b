"""What is put into the simulator's inbox.  Values only; climbs of an alert are `story`'s."""

from typing import NamedTuple

from wire.ids import RoomId


class LampChanged(NamedTuple):
    """The lamp in `room` went on or off."""

    room: RoomId
    lit: bool


class LampRead(NamedTuple):
    """Whoever looks at the lamp in `room` now reads this sign; None: too early to be sure."""

    room: RoomId
    sign: str | None
