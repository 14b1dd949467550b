"""What the core is told and what it asks for, as values.  No behaviour, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, NewType

from gateway.notice import Notice
from wire.ids import (
    AlertId,
    CameraId,
    EndpointName,
    IncidentId,
    Monotonic,
    RoomId,
    Seconds,
    UnitId,
    Wall,
)
from wire.stage import Stage


class Now(NamedTuple):
    """One reading of both clocks: timers use `mono`, what people read uses `wall`."""

    mono: Monotonic
    wall: Wall


Way = NewType("Way", str)
"""A way to an endpoint: its name for the first address, `<name>/backup` for the other."""


class Flight(NamedTuple):
    """Names one report on its way to one endpoint."""

    way: Way
    incident: IncidentId
    version: int


@dataclass(frozen=True, slots=True)
class Room:
    """Where a unit hangs, in the school's own words."""

    id: str
    name: str
    floor: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The newest picture of one camera, JPEG as it lies in memory."""

    camera: CameraId
    jpeg: bytes
    taken_at: Wall


# --- work: what the loop carries out, in the order given


class Launch(NamedTuple):
    """Send a report now; abandon it when `deadline` seconds have passed in all."""

    flight: Flight
    body: str
    deadline: Seconds


class Abort(NamedTuple):
    """Cut a flight off: its deadline has passed."""

    flight: Flight


class Tell(NamedTuple):
    """Tell a unit how far its alert got."""

    unit: UnitId
    alert: AlertId
    stage: Stage
    presses: int


class Announce(NamedTuple):
    """Publish a payload for whoever listens on the school's side."""

    topic: str
    payload: bytes


class KeepAlert(NamedTuple):
    """Commit an alert as it stands, or its growth; a repeat commits nothing and is answered."""

    id: AlertId
    incident: IncidentId
    kind: str
    unit: UnitId
    room: Room
    pressed_at: Wall
    received_at: Wall
    presses: int
    doubts: tuple[str, ...]


class KeepIncident(NamedTuple):
    """Commit an incident's head; `link` numbers the live links that are good."""

    id: IncidentId
    opened_at: Wall
    version: int
    status: str
    link: int = 0


class KeepReceipt(NamedTuple):
    """Commit that `endpoint` named `alerts` in its receipt: they are SENT."""

    endpoint: EndpointName
    number: str
    alerts: tuple[tuple[AlertId, int], ...]
    at: Wall


class KeepStage(NamedTuple):
    """Commit that a person took (`CONFIRMED`) or closed (`CLOSED`) these alerts."""

    alerts: tuple[AlertId, ...]
    stage: Stage


class KeepEvent(NamedTuple):
    """Commit a line of an incident's timeline."""

    incident: IncidentId
    at: Wall
    what: str
    by: str
    text: str = ""


class KeepTrouble(NamedTuple):
    """Commit the start of a trouble, or its end if `ended` is set."""

    name: str
    detail: str
    started: Wall
    ended: Wall | None


class Follow(NamedTuple):
    """Open incidents need these cameras for the next seconds."""

    cameras: tuple[CameraId, ...]


class KeepPicture(NamedTuple):
    """Keep a picture of an incident, for the press at `pressed_at` in `room`."""

    incident: IncidentId
    room: RoomId
    pressed_at: Wall
    frame: Frame


class KeepPast(NamedTuple):
    """Keep what memory still holds of a camera from before a press, if the site allows that."""

    incident: IncidentId
    camera: CameraId
    room: RoomId
    pressed_at: Wall


Keep = KeepAlert | KeepIncident | KeepReceipt | KeepStage | KeepEvent | KeepTrouble
Work = Launch | Abort | Tell | Announce | Follow | KeepPicture | KeepPast | Notice | Keep


# --- events: what adapters put into the inbox


class Kept(NamedTuple):
    """What the disk now says of alerts that were handed to it: answer units from this."""

    alerts: tuple[tuple[AlertId, UnitId, Stage, int], ...]


class StoreFailed(NamedTuple):
    """The disk did not take what it was given; the store goes on trying."""

    reason: str


class StoreWell(NamedTuple):
    """The disk works (again)."""


class Answered(NamedTuple):
    """An endpoint answered; whether that is a receipt is for `receipt.judge` to say."""

    flight: Flight
    status: int
    body: bytes
    retry_after: str | None


class Taken(NamedTuple):
    """A receiver acknowledged, in a protocol of its own, these alerts of a report."""

    flight: Flight
    number: str
    alerts: frozenset[AlertId]


class Unanswered(NamedTuple):
    """No answer came; `reason` is in words."""

    flight: Flight
    reason: str


class Condition(NamedTuple):
    """How something stands: `detail` says what is wrong with it, None that nothing is."""

    name: str
    detail: str | None


class ActionTaken(NamedTuple):
    """A named person did something through the store: `what` is a word of gateway/actions.py.

    `seen` are the alerts, with their presses, that stood in the store by then; None for all.
    """

    incident: IncidentId
    what: str
    by: str
    text: str = ""
    seen: Mapping[AlertId, int] | None = None
