"""An open alert of a unit, and the message that tells it.  Pure."""

from dataclasses import dataclass

from device.events import StoredAlert
from wire.evidence import PressEvidence
from wire.fields import LONGEST_SPAN
from wire.ids import Monotonic, Seconds, UnitId
from wire.messages import Alert, FurtherPress
from wire.modes import Mode


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert not yet closed: what must survive, and when its newest press began and is due.

    `row.stage` is how far the newest press got, `row.answer` who has answered that press, `since`
    when it began (or was found again).
    `counts`: every press of it was counted in this life of the process.  `evidence`: how it was
    pressed, once that is known; no restart needs it.  It is told once the newest press `is_judged`:
    its button was let go, or has been held for long.  `mode` is what gateways say of that press.
    """

    row: StoredAlert
    since: Monotonic
    repeat_at: Monotonic
    counts: bool = True
    evidence: PressEvidence | None = None
    is_judged: bool = False
    mode: Mode | None = None


def message_of(unit: UnitId, alert: OpenAlert, now: Monotonic) -> Alert:
    """Return what `unit` tells of the alert `now`."""
    row = alert.row
    return Alert(
        alert=row.alert,
        unit=unit,
        room=row.room,
        kind="panic",
        boot=row.boot,
        seq=row.seq,
        age=_age(row.pressed, now),
        pressed_at=row.pressed_at,
        presses=row.presses,
        further=tuple(
            FurtherPress(press, _age(pressed, now), pressed_at)
            for press, pressed, pressed_at in row.further
        ),
        evidence=alert.evidence if alert.is_judged else None,
    )


def _age(pressed: Monotonic | None, now: Monotonic) -> Seconds | None:
    """An age that no unit can have comes from a damaged journal: it is then unknown."""
    age = None if pressed is None else Seconds(max(now - pressed, 0.0))
    return None if age is None or age > LONGEST_SPAN else age
