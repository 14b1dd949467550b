"""Effects that the core returns; the loop carries them out in their order.  Values only."""

from typing import NamedTuple

from gateway.core.moments import Moment
from gateway.core.values import Exchange, Frame, ReportId, Room
from wire.disposition import UNSAID
from wire.evidence import PressEvidence
from wire.exercise import NO_EXERCISE, Exercise
from wire.ids import (
    AlertId,
    CameraId,
    EndpointName,
    ExerciseId,
    IncidentId,
    RoomId,
    Seconds,
    UnitId,
    Wall,
)
from wire.marks import Mark
from wire.modes import LIVE, Mode
from wire.moves import Move
from wire.presses import DatedPress
from wire.stage import Answer, Stage
from wire.trouble import TroubleName


class SendReport(NamedTuple):
    """Send a report now; abandon it when nothing of it has moved for `deadline` seconds."""

    flight: ReportId
    body: str
    deadline: Seconds


class CancelReport(NamedTuple):
    """Cut a flight off: its deadline has passed."""

    flight: ReportId


class SendProgress(NamedTuple):
    """Tell a unit how far its alert got, who has answered it, and whether it is an emergency."""

    unit: UnitId
    alert: AlertId
    stage: Stage
    answer: Answer
    presses: int
    mode: Mode = LIVE


class Announce(NamedTuple):
    """Publish a payload for listeners on the school's side; the broker keeps what `lasts` for those
    who come later.
    """

    topic: str
    payload: bytes
    lasts: Seconds | None = None


class SaveAlert(NamedTuple):
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
    further: tuple[DatedPress, ...] = ()
    evidence: PressEvidence | None = None


class SaveIncident(NamedTuple):
    """Commit an incident's head; `link` numbers the live links that are good, `disposition` says
    what it turned out to be, `mode` whether it is an emergency, and `exercise` by which one it was
    none when it was born; `name` is that in reports, where it is another one than `id`.
    """

    id: IncidentId
    opened_at: Wall
    version: int
    status: str
    link: int = 0
    disposition: str = UNSAID
    name: str = ""
    mode: Mode = LIVE
    exercise: ExerciseId = NO_EXERCISE


class SaveReceipt(NamedTuple):
    """Commit that `endpoint` named `alerts` in its receipt: they are DELIVERED."""

    endpoint: EndpointName
    number: str
    alerts: tuple[tuple[AlertId, int], ...]
    at: Wall


class SaveAnswer(NamedTuple):
    """Commit that a person of that side has taken these alerts."""

    alerts: tuple[AlertId, ...]
    answer: Answer


class SaveCleared(NamedTuple):
    """Commit that a person said all clear of so many presses of these alerts."""

    alerts: tuple[tuple[AlertId, int], ...]


class SaveMove(NamedTuple):
    """Commit that an alert belongs to the incident `to`, and no more to `was`: both by the ids that
    they have here.
    """

    alert: AlertId
    move: Move
    to: IncidentId
    was: IncidentId


class SaveClosed(NamedTuple):
    """Commit that a person closed these alerts."""

    alerts: tuple[AlertId, ...]


class SaveEvent(NamedTuple):
    """Commit a line of an incident's timeline; `side` is that of the person, if it was one.

    `alert` and `press`: what a line of the system is about; said once of each press.
    """

    incident: IncidentId
    at: Wall
    what: str
    by: str
    text: str = ""
    side: Answer = Answer.NONE
    alert: AlertId = AlertId("")
    press: int = 0


class SaveMark(NamedTuple):
    """Commit a mark on the plan as it is known; the disk joins it with what it holds."""

    incident: IncidentId
    mark: Mark


class SaveDone(NamedTuple):
    """Commit, with all that follows from it, that a person's action was carried out."""

    action: int


class SaveExercise(NamedTuple):
    """Commit an exercise as it is known; the disk joins it with what it holds."""

    exercise: Exercise


class SaveTrouble(NamedTuple):
    """Commit the start of a trouble, or its end if `ended` is set."""

    name: TroubleName
    detail: str
    started: Wall
    ended: Wall | None


class RequestFrames(NamedTuple):
    """Open incidents need these cameras for the next seconds."""

    cameras: tuple[CameraId, ...]


class SavePicture(NamedTuple):
    """Keep a picture of an incident, for the press at `pressed_at` in `room`."""

    incident: IncidentId
    room: RoomId
    pressed_at: Wall
    frame: Frame


class SavePastFrames(NamedTuple):
    """Keep what memory still holds of a camera from before a press, if the site allows that."""

    incident: IncidentId
    camera: CameraId
    room: RoomId
    pressed_at: Wall


class KeepDocuments(NamedTuple):
    """Keep what `endpoint` was given and acknowledged, as evidence of it.

    `alerts`, with presses, are those that it has by that receipt, called `number`, and had not
    before.
    """

    endpoint: EndpointName
    flight: ReportId
    exchanges: tuple[Exchange, ...]
    number: str
    alerts: tuple[tuple[AlertId, int], ...]
    has_pictures: bool


class KeepMoments(NamedTuple):
    """Keep when this happened to presses."""

    moments: tuple[Moment, ...]


class ReceiverNotification(NamedTuple):
    """Tell alarm centres of a trouble that stands since a moment, or is over; `room` empty: the
    site's.  `name` is that of the trouble, or of a test.
    """

    name: str
    words: str
    room: str
    since: Wall
    over: bool = False


Save = (
    SaveAlert | SaveIncident | SaveReceipt | SaveAnswer | SaveClosed | SaveCleared | SaveMove
    | SaveEvent | SaveMark | SaveDone | SaveExercise | SaveTrouble
)  # fmt: skip
Effect = (
    SendReport | CancelReport | SendProgress | Announce | RequestFrames | SavePicture
    | SavePastFrames | KeepDocuments | KeepMoments | ReceiverNotification | Save
)  # fmt: skip
