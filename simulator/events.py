"""Events of the simulator's inbox.  Values only; the stages of an alert come from `stage_log`."""

from typing import NamedTuple

from wire.ids import RoomId


class LampChanged(NamedTuple):
    """The lamp in `room` went on or off."""

    room: RoomId
    lit: bool


class LampRead(NamedTuple):
    """The lamp in `room` now shows this sign to a reader; None: too early to be sure."""

    room: RoomId
    sign: str | None


class PlugAsked(NamedTuple):
    """Somebody wants the receiver's plug out of its socket, or in it again."""

    pulled: bool
