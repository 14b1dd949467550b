"""What the unit's core asks for, carried out by `device/effects.py` in its order.  Values only."""

from typing import NamedTuple

from device.events import StoredAlert
from wire.ids import AlertId, RoomId, Seconds
from wire.messages import Alert
from wire.stage import Answer, Stage


class Publish(NamedTuple):
    """Send the alert to the gateways: all of them, or the one behind `link`."""

    message: Alert
    link: str | None = None


class Save(NamedTuple):
    """Write this to the journal."""

    row: StoredAlert


class Forget(NamedTuple):
    """Remove the closed alert from the journal."""

    alert: AlertId


class StageReached(NamedTuple):
    """The alert reached `stage`, `after` seconds from the first edge; for the log."""

    alert: AlertId
    room: RoomId
    stage: Stage
    after: Seconds


class AnswerHeard(NamedTuple):
    """Somebody answered the alert, `after` seconds from the first edge; for the log."""

    alert: AlertId
    room: RoomId
    answer: Answer
    after: Seconds


Work = Publish | Save | Forget | StageReached | AnswerHeard
