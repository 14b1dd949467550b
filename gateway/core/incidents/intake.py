"""From a unit's bytes to an alert whose place is known.  Pure.

Fails open: whatever comes on a unit's own alert topic raises an alert for that unit.  The register,
not the message, says where; what does not fit is named as a doubt, never a reason to drop.
"""

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.incidents.presses import Further, told_presses
from gateway.core.site import Register
from gateway.core.values import Now, Room
from wire.codec import decode
from wire.errors import WireError
from wire.evidence import HELD, PressEvidence
from wire.exercise import NO_EXERCISE, Exercise
from wire.ids import AlertId, ExerciseId, Monotonic, RoomId, SiteId, UnitId, Wall
from wire.messages import Alert
from wire.modes import LIVE, Mode

UNREADABLE: Final = "the unit's message could not be read"
UNKNOWN: Final = "the unit is not in the register"
_CONSOLE: Final = "console"
_OTHER_ROOM: Final = "the message names another room: "
# So that an unreadable alert has the same id at every gateway that hears it.
_SPACE: Final = uuid.UUID("6f3a1c52-6b0e-5e0f-9a57-2f1c0c8f8f11")


@dataclass(frozen=True, slots=True)
class IncomingAlert:
    """An alert as it came in: `pressed_at` by this gateway's clock, `doubts` in words.

    `pressed` is the same by the clock that no one sets; None if the unit does not know the age.
    `further` are the presses after the first, `evidence` says how they were pressed, `told` is the
    unit's message as it was read.  `mode` is this gateway's own word, whatever a message says, and
    `exercise` the reason of one that is no emergency.  `held`: somebody says, signed or not, that
    the button was held down for long.
    """

    id: AlertId
    kind: str
    unit: UnitId
    room: Room
    pressed_at: Wall
    presses: int
    doubts: tuple[str, ...]
    pressed: Monotonic | None = None
    further: Further = ()
    evidence: PressEvidence | None = None
    told: Alert | None = None
    mode: Mode = LIVE
    exercise: ExerciseId = NO_EXERCISE
    held: bool = False

    @property
    def newest(self) -> Monotonic | None:
        """When the newest of its presses was; None if its unit does not know."""
        return self.further[-1].pressed if self.further else self.pressed

    def doubted(self, doubt: str) -> "IncomingAlert":
        """Return it with one more doubt; an empty one is none."""
        return replace(self, doubts=(*self.doubts, doubt)) if doubt else self

    def untrusted(self) -> "IncomingAlert":
        """Return it without what only the unit can know: when and how its button was pressed."""
        return replace(self, pressed=None, further=(), evidence=None, told=None)


def read_alert(
    site: SiteId, unit: UnitId, payload: bytes, register: Register, now: Now
) -> IncomingAlert:
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
        return IncomingAlert(alert, "panic", unit, room, now.wall, 1, (*doubts, UNREADABLE))
    if message.unit != unit:
        doubts = (*doubts, f"the message names another unit: {message.unit}")
    if entry and entry.room.id != message.room:
        doubts = (*doubts, f"{_OTHER_ROOM}{message.room}")
    room = entry.room if entry else _claimed_room(message.room, register)
    return IncomingAlert(
        id=message.alert,
        kind=message.kind,
        unit=unit,
        room=room,
        pressed_at=_pressed_at(message, now),
        presses=message.presses,
        doubts=doubts,
        pressed=None if message.age is None else Monotonic(now.mono - message.age),
        further=told_presses(message, now),
        evidence=message.evidence,
        told=message,
        held=message.evidence is not None and message.evidence.held >= HELD,
    )


def called_at_the_console(site: SiteId, exercise: Exercise, by: str, now: Now) -> IncomingAlert:
    """Return what a person raises who says at the console that an exercise is real."""
    name = AlertId(str(uuid.uuid5(_SPACE, f"{site}/{exercise.id}/real")))
    room = Room(_CONSOLE, f"called at the console by {by}")
    return IncomingAlert(name, "panic", UnitId(_CONSOLE), room, now.wall, 1, (), now.mono)


def doubts_the_room(doubt: str) -> bool:
    """True if no more is in doubt than in which room the unit hangs."""
    return doubt.startswith(_OTHER_ROOM)


def _claimed_room(room: RoomId, register: Register) -> Room:
    entry = register.by_room.get(room)
    return entry.room if entry else Room(room, f"room {room} (not in the register)")


def _pressed_at(alert: Alert, now: Now) -> Wall:
    """By the unit's age where there is one: that needs no clock but this gateway's."""
    if alert.age is not None:
        return Wall(now.wall - alert.age)
    return alert.pressed_at if alert.pressed_at is not None else now.wall
