"""Who is subscribed, what each subscriber has taken, and what is sent again.  Pure.

Rule 1: only a subscriber's 200 for a version is a receipt for it; it covers all older ones.
Rule 2: an event without an answer is sent again, newest state first; a subscriber that leaves TRIES
        events in a row unanswered is disconnected, so that it comes back and is sent all.
Rule 3: an event is no longer than LONGEST_EVENT; what is longer goes in several, and only when each
        of them has its 200 it is taken.
Rule 4: a connection that ends takes its subscriptions along.  A new one is sent at once every
        incident that is open.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from gateway.core.effects import SendReport
from gateway.core.events import ResponseReceived, SendFailed
from gateway.core.formats.eido_parts import LONGEST_DOCUMENT
from gateway.core.values import ReportId
from gateway.receivers.eido.document_cache import DocumentCache
from gateway.receivers.eido.effects import Disconnect, NotifierEffect, Send
from gateway.receivers.eido.messages import (
    EventResponse,
    Malformed,
    Subscribe,
    SubscriptionId,
    TransactionId,
    Unknown,
    Unsubscribe,
    read_message,
    write_event,
    write_malformed,
    write_not_subscribed,
    write_subscribed,
    write_terminate,
    write_unknown,
    write_unsubscribed,
)
from gateway.receivers.eido.subscription import Peer, SentNews, Subscription, Versions, granted
from gateway.receivers.eido.taken import exchanges_of
from wire.clean import clean
from wire.ids import IncidentId, Monotonic, Seconds, Wall

# As long as one attempt to report by another channel.
RESEND: Final = Seconds(4.0)
TRIES: Final = 3
LONGEST_EVENT: Final = LONGEST_DOCUMENT
# So many in a row that are no messages, and a subscriber is disconnected.
MOST_MALFORMED: Final = 16
_MOST_OF_ONE_PEER: Final = 8
_NO_SUBSCRIBER: Final = "no agency has subscribed"


class Subscriptions:
    """All subscriptions at one notifier; `new_id` gives a name that was never used, `wall` says
    when a moment was.
    """

    def __init__(self, new_id: Callable[[], str], wall: Callable[[Monotonic], Wall] = Wall) -> None:
        self._new_id = new_id
        self._wall = wall
        self._all: dict[SubscriptionId, Subscription] = {}
        self._documents = DocumentCache()
        self._flights: set[ReportId] = set()
        self._malformed: dict[Peer, int] = {}

    @property
    def count(self) -> int:
        """How many subscriptions there are."""
        return len(self._all)

    def launch(self, launch: SendReport, now: Monotonic) -> list[NotifierEffect]:
        """Send every subscriber a new version; ResponseReceived or SendFailed follows."""
        flight = launch.flight
        self._documents.save(launch)
        concerned = [each for each in self._all.values() if each.concerns(flight.incident)]
        if any(each.has(flight.incident, flight.version) for each in concerned):
            return [ResponseReceived(flight, 200, b"")]
        if not concerned:
            return [SendFailed(flight, _NO_SUBSCRIBER)]
        self._flights.add(flight)
        lacking = [each for each in concerned if each.lacks(flight.incident, flight.version)]
        return [say for each in lacking for say in self._tell(each, [flight.incident], now)]

    def preload(self, launch: SendReport) -> None:
        """After a start: how an incident stands, for later subscribers."""
        self._documents.save(launch)

    def abort(self, flight: ReportId) -> None:
        """The answer is not awaited any more; subscribers are told all the same."""
        self._flights.discard(flight)

    def received(self, peer: Peer, text: str, now: Monotonic) -> list[NotifierEffect]:
        """A subscriber said something."""
        message = read_message(text)
        if not isinstance(message, Malformed):
            self._malformed.pop(peer, None)
        match message:
            case Subscribe():
                return self._subscribe(peer, message, now)
            case Unsubscribe():
                return self._unsubscribe(peer, message)
            case EventResponse():
                return self._answered(peer, message, text, now)
            case Malformed():
                return self._refuse(peer, message)
            case Unknown():
                return [Send(peer, write_unknown(message.request))]
        return []

    def disconnected(self, peer: Peer) -> list[NotifierEffect]:
        """A connection has ended."""
        self._malformed.pop(peer, None)
        return self._end([each for each in self._all.values() if each.peer == peer])

    def tick(self, now: Monotonic) -> list[NotifierEffect]:
        """End what has expired, repeat what got no answer, disconnect who never answers."""
        expired = [each for each in self._all.values() if now >= each.expires]
        actions: list[NotifierEffect] = [
            Send(each.peer, write_terminate(self._new_id(), each.id)) for each in expired
        ]
        actions += self._end(expired)
        for each in list(self._all.values()):
            actions += self._repeat(each, now)
        return actions

    def next_due(self) -> Monotonic:
        """When `tick` may next have something to do."""
        dues = [each.expires for each in self._all.values()]
        for each in self._all.values():
            dues += [Monotonic(news.sent + RESEND) for news in each.pending]
        return min(dues, default=Monotonic(float("inf")))

    def _subscribe(self, peer: Peer, asked: Subscribe, now: Monotonic) -> list[NotifierEffect]:
        if asked.renews is not None:
            return self._renew(peer, asked, asked.renews, now)
        if asked.fault is not None:
            return [Send(peer, write_not_subscribed(asked.request, asked.fault))]
        incident = self._documents.named(asked.incident) if asked.incident else None
        if asked.incident and incident is None:
            return [Send(peer, write_not_subscribed(asked.request, 404))]
        if sum(each.peer == peer for each in self._all.values()) >= _MOST_OF_ONE_PEER:
            return [Send(peer, write_not_subscribed(asked.request, 503))]
        name, seconds = SubscriptionId(self._new_id()), granted(asked.expires)
        new = Subscription(name, peer, incident, Monotonic(now + seconds))
        self._all[name] = new
        first = [incident] if incident else self._documents.are_open()
        grant = Send(peer, write_subscribed(asked.request, name, seconds))
        return [grant, *self._tell(new, first, now)]

    def _renew(
        self, peer: Peer, asked: Subscribe, name: SubscriptionId, now: Monotonic
    ) -> list[NotifierEffect]:
        found = self._of(peer, name)
        if found is None:
            return [Send(peer, write_not_subscribed(asked.request, 481))]
        seconds = granted(asked.expires)
        found.expires = Monotonic(now + seconds)
        return [Send(peer, write_subscribed(asked.request, name, seconds))]

    def _unsubscribe(self, peer: Peer, asked: Unsubscribe) -> list[NotifierEffect]:
        found = self._of(peer, asked.subscription)
        said = Send(peer, write_unsubscribed(asked, 481 if found is None else 200))
        return [said, *self._end([found] if found else [])]

    def _answered(
        self, peer: Peer, answer: EventResponse, said: str, now: Monotonic
    ) -> list[NotifierEffect]:
        for each in self._all.values():
            if each.peer == peer and (news := each.settle(answer, said, now)):
                was_taken = answer.status == 200
                return self._taken(each, news) if was_taken else self._refused(news, answer)
        return []  # it was answered before, is one of several parts, or was sent again

    def _taken(self, subscription: Subscription, news: SentNews) -> list[NotifierEffect]:
        versions, exchanges = news.versions, exchanges_of(news.taken, self._wall)
        subscription.took(versions)
        landed = [f for f in self._flights if f.version <= versions.get(f.incident, 0)]
        self._flights.difference_update(landed)
        self._discard_closed(versions)
        return [ResponseReceived(each, 200, b"", exchanges=exchanges) for each in sorted(landed)]

    def _refused(self, news: SentNews, answer: EventResponse) -> list[NotifierEffect]:
        words, lost = clean(answer.text).encode(), self._lost(news.versions)
        return [ResponseReceived(flight, answer.status, words) for flight in lost]

    def _end(self, subscriptions: Sequence[Subscription]) -> list[NotifierEffect]:
        for each in subscriptions:
            del self._all[each.id]
        pending = [news for each in subscriptions for news in each.pending]
        lost = self._lost({name for news in pending for name in news.versions})
        return [SendFailed(flight, "the subscription ended before its answer") for flight in lost]

    def _lost(self, incidents: Collection[IncidentId]) -> list[ReportId]:
        """Take back the flights of which no subscriber's answer is to come any more."""
        lost = sorted(
            flight
            for flight in self._flights
            if flight.incident in incidents
            and not any(each.awaits(flight.incident) for each in self._all.values())
        )
        self._flights.difference_update(lost)
        return lost

    def _repeat(self, subscription: Subscription, now: Monotonic) -> list[NotifierEffect]:
        late = subscription.late(now, RESEND)
        if not late:
            return []
        tries = max(news.tries for news in late)
        if tries >= TRIES:
            reason = f"{tries} events in a row were not answered"
            return [Disconnect(subscription.peer, reason), *self.disconnected(subscription.peer)]
        subscription.pending = [each for each in subscription.pending if each not in late]
        incidents = dict.fromkeys(name for news in late for name in news.versions)
        return [*self._tell(subscription, incidents, now, tries + 1)]

    def _tell(
        self,
        subscription: Subscription,
        incidents: Collection[IncidentId],
        now: Monotonic,
        tries: int = 1,
    ) -> list[Send]:
        """Tell a subscriber how these incidents stand, in as many events as it takes."""
        known = {each: self._documents.version(each) for each in incidents}
        versions = {each: version for each, version in known.items() if version}
        shares = self._documents.events(incidents, LONGEST_EVENT)
        events = {TransactionId(self._new_id()): documents for documents in shares}
        texts = {each: write_event(subscription.id, each, events[each]) for each in events}
        subscription.sends(SentNews(texts, versions, now, tries))
        return [Send(subscription.peer, text) for text in texts.values()]

    def _refuse(self, peer: Peer, message: Malformed) -> list[NotifierEffect]:
        """Answer 400; a subscriber that sends nothing else is disconnected."""
        self._malformed[peer] = self._malformed.get(peer, 0) + 1
        if self._malformed[peer] > MOST_MALFORMED:
            reason = f"{MOST_MALFORMED} of its messages in a row were none: {message.fault}"
            return [Disconnect(peer, reason), *self.disconnected(peer)]
        return [Send(peer, write_malformed(message))]

    def _of(self, peer: Peer, name: SubscriptionId) -> Subscription | None:
        found = self._all.get(name)
        return found if found and found.peer == peer else None

    def _discard_closed(self, incidents: Versions) -> None:
        """Discard a closed incident that all who asked have taken."""
        for name in incidents:
            version = self._documents.version(name)
            waits = (s.awaits(name) or s.lacks(name, version) for s in self._all.values())
            if self._documents.is_closed(name) and not any(waits):
                self._documents.discard(name)
