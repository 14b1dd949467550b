"""Hands each event to the part of the core that it concerns.  Pure; the loop knows nothing else.

The parts stand side by side: what two of them need (incidents, outbox, progress, troubles) is
handed to both, and none reaches through another.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from gateway.core.alerts import AlertHandler
from gateway.core.comparison import IncidentComparison
from gateway.core.deeds import Deeds
from gateway.core.deliveries import DeliveryHandler
from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import (
    CancelReport,
    Effect,
    RequestFrames,
    SaveEvent,
    SaveIncident,
    SendReport,
)
from gateway.core.events import (
    Acknowledged,
    ChannelProbed,
    Committed,
    LinkMade,
    OperatorActed,
    RegisterRead,
    ReportMoved,
    ResponseReceived,
    SendFailed,
    StoreFailed,
    StoreRecovered,
)
from gateway.core.exercises import ExerciseHandler
from gateway.core.heartbeats import HeartbeatHandler
from gateway.core.incidents.authenticity import NO_KEYRING, Keyring
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.progress import Progress
from gateway.core.incidents.registry import Incidents
from gateway.core.marks import MarkHandler
from gateway.core.moving import AlertMoves
from gateway.core.operators import OperatorActions
from gateway.core.peer import PeerHandler
from gateway.core.pictures.schedule import SnapshotSchedule
from gateway.core.press_news import PressNews
from gateway.core.site import Register
from gateway.core.supervision.internal_errors import InternalErrors
from gateway.core.supervision.site_state import SiteState
from gateway.core.supervision.troubles import Troubles
from gateway.core.unread import UnreadMessages
from gateway.core.values import Frame, Now
from service.events import CallbackFailed, LinkDown, LinkUp, MessageReceived, NoSubscribers
from wire import gateway_troubles
from wire.errors import WireError
from wire.exercise import Exercise
from wire.ids import AlertId, CameraId, EndpointName, Monotonic, SiteId
from wire.seal import UNSEALED, Verifier
from wire.timeline import LINK_MADE
from wire.topics import read_up
from wire.trouble import TroubleName

log = logging.getLogger(__name__)

# The links by their names, which are also those of the troubles when one is down.
BROKER: Final = gateway_troubles.BROKER.name()
OTHER_GATEWAY: Final = gateway_troubles.OTHER_GATEWAY.name()


class Dispatcher:
    """The whole core of the gateway behind one question: what now?

    `units_said` yields each unit's last heartbeat and its moment, `proven` when each channel to a
    receiver last proved itself; `state` tells listeners how all stands, `is_lost` knows each unit.
    """

    def __init__(
        self,
        site: SiteId,
        register: Register,
        incidents: Incidents,
        outbox: Outbox,
        troubles: Troubles,
        now: Now,
        keyring: Keyring = NO_KEYRING,
        other_gateway: Verifier = UNSEALED,
    ) -> None:
        self._site, self.register = site, register
        self._outbox, self._troubles = outbox, troubles
        self._unread, self._folded = UnreadMessages(), incidents.folded
        self._progress = progress = Progress()
        self._errors = InternalErrors(troubles, now.mono)
        self._snapshots = shots = SnapshotSchedule()
        moves = AlertMoves(site, incidents, outbox, shots)
        news = PressNews(site, register, incidents, outbox, progress, shots)
        self._exercises = ExerciseHandler(site, incidents, progress, troubles, news)
        told = news, self._exercises
        self._alerts = AlertHandler(
            site, register, incidents, outbox, progress, troubles, keyring, moves, *told
        )
        self._deliveries = DeliveryHandler(site, incidents, outbox, progress, troubles, moves)
        self._operators = OperatorActions(site, incidents, outbox, shots, moves)
        self._marks = marks = MarkHandler(site, register, incidents, outbox)
        self._deeds = Deeds(self._operators, marks, self._exercises, self._alerts)
        self._heartbeats = HeartbeatHandler(
            register, incidents, troubles, keyring, self._unread, now.mono
        )
        self.units_said, self.proven = self._heartbeats.said, self._deliveries.proven
        self.is_lost, self.state = self._heartbeats.is_lost, SiteState(site, incidents, troubles)
        self._comparison = compared = IncidentComparison(site, incidents, moves, marks)
        self._keyring, self._other_gateway = keyring, other_gateway
        self._peer = PeerHandler(
            *(self._alerts, self._deliveries, self._operators, self._exercises),
            *(compared, moves, marks, self._unread),
        )

    def restored(
        self,
        incidents: Iterable[Incident],
        receipts: Mapping[EndpointName, set[AlertId]],
        now: Now,
        exercises: Iterable[Exercise] = (),
    ) -> None:
        """After a start: go on with what the disk holds of incidents, receipts and exercises."""
        self._exercises.restored(exercises, now)
        self._alerts.restored(incidents, receipts, now)

    def handle(self, event: Any, now: Now) -> list[Effect]:
        """Return the effects that follow from one event of the inbox."""
        return self._folded.told_too(self._effects(event, now))

    def _effects(self, event: Any, now: Now) -> list[Effect]:
        match event:
            case MessageReceived():
                return self._arrived(event, now)
            case Committed() | StoreFailed() | StoreRecovered():
                return [*self._progress.disk(event)]
            case ResponseReceived() | Acknowledged() | ReportMoved() | SendFailed():
                return self._deliveries.heard(event, now)
            case ChannelProbed(channel, fault):
                self._deliveries.probed(channel, fault, now)
                return []
            case OperatorActed():
                return self._deeds.acted(event, now)
            case LinkMade(incident, words):
                return [SaveEvent(incident, now.wall, LINK_MADE, "", words)]
            case RegisterRead(register):
                self.use_register(register, now)
                return []
            case _:
                return self._service(event, now)

    def reports(self, now: Now) -> list[SendReport | CancelReport | SaveIncident]:
        """Return the reports that leave now, and those that have run out of time."""
        return self._outbox.launches(now)

    def compare(self, parts: Mapping[TroubleName, str], now: Now) -> None:
        """Exactly these troubles are told by parts of this machine now, each with its detail."""
        self._troubles.compare(parts, now.wall)

    @property
    def pending(self) -> Sequence[Callable[[Now], Iterable[Effect]]]:
        """What time alone brings, in a pause: none of these needs another, and troubles are told
        last, so that a part that fails loses none.
        """
        return (
            self._deliveries.tick,
            self._followed,
            self._heartbeats.tick,
            self._alerts.tick,
            self._exercises.tick,
            self._comparison.tick,
            self._trouble_news,
            self.state.tick,
        )

    def next_due(self) -> Monotonic:
        """When there may be something to do without an event."""
        return min(self._outbox.next_due(), self._snapshots.next_due())

    def cameras_due(self, now: Now) -> list[CameraId]:
        """Return the cameras whose newest frame should be read when there is time."""
        return self._snapshots.cameras_due(now)

    def on_frame(
        self, camera: CameraId, frame: Frame | None, reason: str, now: Now
    ) -> list[Effect]:
        """The newest frame of a camera was read, or there is none for the reason given."""
        found = self._snapshots.saw(camera, frame, reason, now)
        return [effect for each in found for effect in self._deliveries.show(each, now)]

    def use_register(self, register: Register, now: Now) -> None:
        """Use this register from now on."""
        if register == self.register:
            return
        log.info("settings read again")
        self.register = register
        self._alerts.use_register(register, now)
        self._heartbeats.use_register(register, now)
        self._marks.use_register(register)

    def _followed(self, now: Now) -> list[Effect]:
        followed = self._snapshots.followed(now)
        return [RequestFrames(followed)] if followed else []

    def _arrived(self, event: MessageReceived, now: Now) -> list[Effect]:
        if event.retained:
            self._unread.count("a retained message", "nothing here is ever retained", event.topic)
            return []
        if event.link == OTHER_GATEWAY:
            return self._peer.arrived(event, self._other_gateway, now, from_first=True)
        try:
            unit, kind = read_up(self._site, event.topic)
        except WireError as error:
            self._unread.count("a message", str(error), event.topic)
            return []
        if unit in self.register.revoked:
            self._heartbeats.revoked_unit_spoke(unit, now)
            return []
        if kind == "incident":
            return self._peer.arrived(event, self._keyring.of(unit), now, from_first=False)
        if kind == "alert":
            return self._alerts.arrived(unit, event, now)
        return [*self._heartbeats.arrived(unit, event, now)]

    def _service(self, event: Any, now: Now) -> list[Effect]:
        """What every process has: links and callbacks."""
        match event:
            case LinkUp(link):
                log.info("%s: connected", link)
                resent = self._broker_is_back() if link == BROKER else ()
                said = self._exercises.statement(now)
                return [*resent, *said, *self._comparison.statement(now)]
            case CallbackFailed():
                self._errors.failed(event, now)
            case LinkDown() | NoSubscribers():
                pass  # a trouble by what the link says; a unit that is away hears nothing
            case _:
                raise TypeError(f"no part of the core handles {type(event).__name__}")
        return []

    def _trouble_news(self, now: Now) -> list[Effect]:
        self._errors.tick(now)
        return self._troubles.news(now.wall)

    def _broker_is_back(self) -> list[Effect]:
        self.state.again()
        return [*self._alerts.resend_progress(), *self._troubles.again()]
