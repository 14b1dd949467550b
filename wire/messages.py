"""The messages as values.  Their bytes are `codec`'s business."""

from dataclasses import dataclass
from typing import Literal

from wire.disposition import UNSAID
from wire.evidence import PressEvidence
from wire.exercise import Exercise
from wire.ids import AlertId, BootId, IncidentId, RoomId, Seconds, UnitId, Wall
from wire.machine import SILENT, Machine
from wire.marks import Mark
from wire.modes import LIVE, Mode
from wire.stage import Answer, Stage

Kind = Literal["panic"]


@dataclass(frozen=True, slots=True)
class FurtherPress:
    """A press after the first one of an alert, by its number: `age` and `pressed_at` as there."""

    press: int
    age: Seconds | None
    pressed_at: Wall | None


@dataclass(frozen=True, slots=True)
class Alert:
    """A press, as the unit reports it; repeated with the same `alert` until it is answered.

    `age` is seconds from the first edge of the press to this sending by the unit's monotonic clock,
    None if a reboot lies between.  `pressed_at` is None while the unit's clock is not synchronised.
    `presses` counts activations of the button on this alert, from 1; `further` are those of them
    after the first whose time the unit knows, the newest MOST_DATED at most, in their order.
    `evidence` says how they were pressed, once the unit can tell.
    """

    alert: AlertId
    unit: UnitId
    room: RoomId
    kind: Kind
    boot: BootId
    seq: int
    age: Seconds | None
    pressed_at: Wall | None
    presses: int
    further: tuple[FurtherPress, ...] = ()
    evidence: PressEvidence | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an alert got, who has answered it, and how many of its presses that covers.

    `PRESSED` says that the gateway lacks this alert, which a heartbeat named: the unit publishes it
    again.  `mode` is that gateway's word on whether it is an emergency.
    """

    alert: AlertId
    stage: Stage
    presses: int
    answer: Answer = Answer.NONE
    mode: Mode = LIVE


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A unit's health: sent every 10 s, and at once when its troubles change.

    `seq` is that of its last alert in this `boot` (0: none yet), so a gap tells of a lost alert.
    `uptime` is seconds since the firmware started.
    """

    unit: UnitId
    room: RoomId
    boot: BootId
    seq: int
    uptime: Seconds
    open: tuple[AlertId, ...]
    troubles: tuple[str, ...]
    machine: Machine = SILENT


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """Something that happened in an incident, for the school's own listeners and the other gateway.

    `what` is `pressed`, `delivered` (`by` is then the endpoint), `acknowledged` or `closed` (`by` a
    person); and between gateways `open` (`by` is a stage), `lacking`, `doubted` (`by` says why),
    `cleared` (`by` said all clear) or `moved`: to this incident, from `source`, as number `move`.
    `alerts`, with the presses meant, and `rooms` are those concerned; many make several messages.
    `answer` says on whose side the person stands who acknowledged, `disposition` what was closed,
    `note` what that person says of it.
    `exercise` tells of an `exercise`, whose id stands in the place of an incident's.
    `marked` tells a `mark` on the plan as it stands; `marks` (`by` is a digest of all of them) and
    `marksasked` are said between gateways.
    """

    incident: IncidentId
    at: Wall
    what: str
    by: str
    alerts: tuple[tuple[AlertId, int], ...]
    rooms: tuple[str, ...]
    answer: Answer = Answer.NONE
    disposition: str = UNSAID
    note: str = ""
    move: int = 0
    source: IncidentId | None = None
    mark: Mark | None = None
    exercise: Exercise | None = None


Message = Alert | Progress | Heartbeat | IncidentEvent
