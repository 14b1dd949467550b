"""Events of the core: what adapters put into the inbox.  Values only."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from gateway.core.site import Register
from gateway.core.values import ChannelId, Exchange, ReportId
from wire.answers import signed_by_link
from wire.exercise import Exercise
from wire.ids import AlertId, IncidentId, UnitId, Wall
from wire.mark_fields import Marking
from wire.marks import Known
from wire.stage import Answer, Stage
from wire.trouble import TroubleName


class RegisterRead(NamedTuple):
    """The settings in force are those in the files: `register` counts from now on."""

    register: Register


class StoredState(NamedTuple):
    """What the disk says of an alert: how far its newest press got, and who has answered that."""

    alert: AlertId
    unit: UnitId
    stage: Stage
    answer: Answer
    presses: int


class Committed(NamedTuple):
    """What the disk says of alerts that were handed to it, since `at`: answer units from this."""

    alerts: tuple[StoredState, ...]
    at: Wall | None = None


class StoreFailed(NamedTuple):
    """The disk did not take what it was given; the store goes on trying."""

    reason: str


class StoreRecovered(NamedTuple):
    """The disk works (again)."""


class ResponseReceived(NamedTuple):
    """An endpoint answered; whether that is a receipt is for its channel's judge to say.

    Names in `headers` are lower case.  `exchanges` are the documents of the report with the answer
    to each, if who sent them can tell.
    """

    flight: ReportId
    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})
    exchanges: tuple[Exchange, ...] = ()


class Acknowledged(NamedTuple):
    """A receiver acknowledged, in a protocol of its own, these alerts of a report.

    `lacking` says in words why the rest of the report is still to come; empty if nothing is.
    `exchanges` are what the receiver took since the last time.
    """

    flight: ReportId
    number: str
    alerts: frozenset[AlertId]
    lacking: str = ""
    exchanges: tuple[Exchange, ...] = ()


class ReportMoved(NamedTuple):
    """Half a kilobyte of a report reached its receiver, or as much of the answer came."""

    flight: ReportId


class SendFailed(NamedTuple):
    """No answer came; `reason` is in words."""

    flight: ReportId
    reason: str


class HealthStatus(NamedTuple):
    """How something stands: `detail` says what is wrong with it, None that nothing is."""

    name: TroubleName
    detail: str | None


class ChannelProbed(NamedTuple):
    """A channel's address was connected to while it was at rest; `fault`: why it could not be."""

    channel: ChannelId
    fault: str | None


class LinkMade(NamedTuple):
    """A report bears a live link that none before it bore; `words` name it without saying it."""

    incident: IncidentId
    words: str


class OperatorActed(NamedTuple):
    """A named person did something through the store: `what` is a word of incidents/actions.py.

    `seen` are the alerts, with their presses, that stood in the store by then; None for all.
    `number` is that of its row in the store; 0 for none.
    `side`: where that person stands, at the school or at the receiving side; `known`: how they are
    known.  `detail` is what the word alone does not say: of a close its disposition.  `marking` is
    the mark that is put or taken back, `exercise` the one that is to start.
    """

    incident: IncidentId
    what: str
    by: str
    text: str = ""
    seen: Mapping[AlertId, int] | None = None
    number: int = 0
    side: Answer = Answer.SCHOOL
    detail: str = ""
    known: Known = "account"
    marking: Marking | None = None
    exercise: Exercise | None = None

    @property
    def signature(self) -> str:
        """The name as everybody reads it: who came by a live link gave theirs without a proof."""
        return signed_by_link(self.by) if self.known == "link" else self.by
