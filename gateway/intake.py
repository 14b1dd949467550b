"""From a unit's bytes to an alert whose place is known.  Pure.

Fails open: whatever comes on a unit's own alert topic raises an alert for that unit.  The register,
not the message, says where; what does not fit is named as a doubt, never a reason to drop.
"""

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Final

from gateway.register import Register
from gateway.work import Now, Room
from wire.codec import decode
from wire.errors import WireError
from wire.ids import AlertId, RoomId, SiteId, UnitId, Wall
from wire.messages import Alert

UNREADABLE: Final = "the unit's message could not be read"
UNKNOWN: Final = "the unit is not in the register"
# So that an unreadable alert has the same id at every gateway that hears it.
_SPACE: Final = uuid.UUID("6f3a1c52-6b0e-5e0f-9a57-2f1c0c8f8f11")


@dataclass(frozen=True, slots=True)
class Claim:
    """An alert as it came in: `pressed_at` by this gateway's clock, `doubts` in words."""

    id: AlertId
    kind: str
    unit: UnitId
    room: Room
    pressed_at: Wall
    presses: int
    doubts: tuple[str, ...]

    def doubted(self, doubt: str) -> "Claim":
        """Return it with one more doubt; an empty one is none."""
        return replace(self, doubts=(*self.doubts, doubt)) if doubt else self


def read_alert(site: SiteId, unit: UnitId, payload: bytes, register: Register, now: Now) -> Claim:
    """Return what `unit` claims by `payload` on its own alert topic; never raises."""
    try:
        message = decode(payload)
    except WireError:
        message = None
    entry = register.by_unit.get(unit)
    doubts = () if entry else (UNKNOWN,)
    if not isinstance(message, Alert):
        room = entry.room if entry else Room("?", f"unknown place of unit {unit}")
        digest = hashlib.sha256(payload).hexdigest()
        alert = AlertId(str(uuid.uuid5(_SPACE, f"{site}/{unit}/{digest}")))
        return Claim(alert, "panic", unit, room, now.wall, 1, (*doubts, UNREADABLE))
    if message.unit != unit:
        doubts = (*doubts, f"the message says that it is from {message.unit}")
    if entry and entry.room.id != message.room:
        doubts = (*doubts, f"the unit says that it hangs in room {message.room}")
    room = entry.room if entry else _claimed_room(message.room, register)
    return Claim(
        message.alert, message.kind, unit, room, _pressed_at(message, now), message.presses, doubts
    )


def _claimed_room(room: RoomId, register: Register) -> Room:
    entry = register.by_room.get(room)
    return entry.room if entry else Room(room, f"room {room} (not in the register)")


def _pressed_at(alert: Alert, now: Now) -> Wall:
    """By the unit's age where there is one: that needs no clock but this gateway's."""
    if alert.age is not None:
        return Wall(now.wall - alert.age)
    return alert.pressed_at if alert.pressed_at is not None else now.wall
