"""Handles what the school's other gateway publishes of its incidents.  Pure."""

from gateway.core.alerts import AlertHandler
from gateway.core.comparison import IncidentComparison
from gateway.core.deliveries import DeliveryHandler
from gateway.core.effects import Effect
from gateway.core.exercises import ExerciseHandler
from gateway.core.marks import MarkHandler
from gateway.core.moving import AlertMoves
from gateway.core.operators import OperatorActions
from gateway.core.unread import UnreadMessages
from gateway.core.values import Now
from service.events import MessageReceived
from wire.codec import decode
from wire.errors import WireError
from wire.ids import EndpointName
from wire.messages import Alert, IncidentEvent
from wire.seal import Verifier


class PeerHandler:
    """Hands what the other gateway did, if its signature shows that it did, to the same parts."""

    def __init__(
        self,
        alerts: AlertHandler,
        deliveries: DeliveryHandler,
        operators: OperatorActions,
        exercises: ExerciseHandler,
        comparison: IncidentComparison,
        moves: AlertMoves,
        marks: MarkHandler,
        unread: UnreadMessages,
    ) -> None:
        self._alerts = alerts
        self._deliveries = deliveries
        self._operators = operators
        self._exercises = exercises
        self._comparison = comparison
        self._moves = moves
        self._marks = marks
        self._unread = unread

    def arrived(
        self, event: MessageReceived, verifier: Verifier | None, now: Now, *, from_first: bool
    ) -> list[Effect]:
        """A message of the other gateway, whose seals `verifier` judges: nobody's if None.

        The first one gives incidents the names by which both report.
        """
        try:
            news = decode(event.payload)
        except WireError as error:
            self._unread.count("a message of the other gateway", str(error), event.topic)
            return []
        if not isinstance(news, IncidentEvent | Alert):
            return []
        if verifier is None or not verifier.verify(event.topic, event.payload, event.seal):
            kind = "a message of the other gateway"
            self._unread.count(kind, "the message is not signed by that gateway", event.topic)
            return []
        if isinstance(news, Alert):
            real = self._exercises.real_elsewhere([news.alert], now)
            return [*real, *self._alerts.heard_elsewhere(news, event.payload, now)]
        if news.exercise:
            return self._exercises.heard_elsewhere(news.exercise, now)
        is_naming = news.what == "pressed" and from_first
        named = self._moves.named_elsewhere(news) if is_naming else []
        real = self._exercises.real_elsewhere((name for name, _ in news.alerts), now)
        return [*real, *named, *self._follow(news, now)]

    def _follow(self, news: IncidentEvent, now: Now) -> list[Effect]:
        match news.what:
            case "open":
                return [*self._comparison.answer(news, now)]
            case "lacking":
                return [*self._comparison.tell(news, now)]
            case "marked" | "marks" | "marksasked":
                return self._marks.heard_elsewhere(news, now)
            case "doubted":
                return self._alerts.doubted_elsewhere(news, now)
            case "delivered":
                endpoint = EndpointName(news.by)
                return self._deliveries.delivered_elsewhere(
                    endpoint, news.incident, news.alerts, now
                )
            case "moved" if news.alerts:
                return self._moves.acted_elsewhere(news, now)
            case "acknowledged" | "closed" | "cleared" if news.by and news.alerts:
                return self._operators.acted_elsewhere(news, now)
        return []
