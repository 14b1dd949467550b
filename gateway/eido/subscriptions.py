"""Who is subscribed, what each subscriber has taken, and what is sent again.  Pure.

Rule 1: only a subscriber's 200 for a version is a receipt for it; it covers all older ones.
Rule 2: an event without an answer is sent again, newest state first; a subscriber that leaves
        TRIES events in a row unanswered is dropped, so that it comes back and is told everything.
Rule 3: a connection that ends takes its subscriptions along.  A new one is told at once of every
        incident that is open.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from gateway.eido.documents import Documents
from gateway.eido.messages import (
    EventResponse,
    Subscribe,
    SubscriptionId,
    TransactionId,
    Unknown,
    Unsubscribe,
    read_message,
    write_event,
    write_not_subscribed,
    write_subscribed,
    write_terminate,
    write_unknown,
    write_unsubscribed,
)
from gateway.eido.subscription import Event, Peer, Subscription, Versions, granted
from gateway.work import Answered, Flight, Launch, Unanswered
from wire.clean import clean
from wire.errors import WireError
from wire.ids import IncidentId, Monotonic, Seconds

# As long as one attempt to report by other ways.
RESEND: Final = Seconds(4.0)
TRIES: Final = 3
_MOST_OF_ONE_PEER: Final = 8
_NOBODY: Final = "no agency has subscribed"


class Say(NamedTuple):
    """Send a message to a subscriber."""

    peer: Peer
    text: str


class Drop(NamedTuple):
    """End a connection."""

    peer: Peer
    reason: str


Action = Say | Drop | Answered | Unanswered


class Subscriptions:
    """All subscriptions at one notifier; `new_id` gives a name that was never used."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._all: dict[SubscriptionId, Subscription] = {}
        self._documents = Documents()
        self._flights: set[Flight] = set()

    @property
    def count(self) -> int:
        """How many subscriptions there are."""
        return len(self._all)

    def launch(self, launch: Launch, now: Monotonic) -> list[Action]:
        """Tell every subscriber of a new version; Answered or Unanswered comes at once or later."""
        flight = launch.flight
        self._documents.keep(launch)
        concerned = [each for each in self._all.values() if each.concerns(flight.incident)]
        if any(each.has(flight.incident, flight.version) for each in concerned):
            return [Answered(flight, 200, b"", None)]
        if not concerned:
            return [Unanswered(flight, _NOBODY)]
        self._flights.add(flight)
        return [
            self._event(each, [flight.incident], now)
            for each in concerned
            if each.lacks(flight.incident, flight.version)
        ]

    def know(self, launch: Launch) -> None:
        """After a start: how an incident stands, for whoever subscribes."""
        self._documents.keep(launch)

    def abort(self, flight: Flight) -> None:
        """Nobody waits for this answer any more; subscribers are told all the same."""
        self._flights.discard(flight)

    def heard(self, peer: Peer, text: str, now: Monotonic) -> list[Action]:
        """A subscriber said something."""
        try:
            message = read_message(text)
        except WireError as error:
            return [Drop(peer, f"it said what is no message: {clean(str(error))}")]
        match message:
            case Subscribe():
                return self._subscribe(peer, message, now)
            case Unsubscribe():
                return self._unsubscribe(peer, message)
            case EventResponse():
                return self._answered(peer, message)
            case Unknown():
                return [Say(peer, write_unknown(message.request))]
        return []

    def gone(self, peer: Peer) -> list[Action]:
        """A connection has ended."""
        return self._end([each for each in self._all.values() if each.peer == peer])

    def tick(self, now: Monotonic) -> list[Action]:
        """End what has expired, send again what got no answer, drop whoever never answers."""
        expired = [each for each in self._all.values() if now >= each.expires]
        actions: list[Action] = [
            Say(each.peer, write_terminate(self._new_id(), each.id)) for each in expired
        ]
        actions += self._end(expired)
        for each in list(self._all.values()):
            actions += self._repeat(each, now)
        return actions

    def next_due(self) -> Monotonic:
        """When `tick` may next have something to do."""
        dues = [each.expires for each in self._all.values()]
        for each in self._all.values():
            dues += [Monotonic(event.sent + RESEND) for event in each.pending.values()]
        return min(dues, default=Monotonic(float("inf")))

    def _subscribe(self, peer: Peer, asked: Subscribe, now: Monotonic) -> list[Action]:
        if asked.renews is not None:
            return self._renew(peer, asked, asked.renews, now)
        if asked.fault is not None:
            return [Say(peer, write_not_subscribed(asked.request, asked.fault))]
        incident = self._documents.named(asked.incident) if asked.incident else None
        if asked.incident and incident is None:
            return [Say(peer, write_not_subscribed(asked.request, 404))]
        if sum(each.peer == peer for each in self._all.values()) >= _MOST_OF_ONE_PEER:
            return [Say(peer, write_not_subscribed(asked.request, 503))]
        name, seconds = SubscriptionId(self._new_id()), granted(asked.expires)
        new = Subscription(name, peer, incident, Monotonic(now + seconds))
        self._all[name] = new
        first = [incident] if incident else self._documents.are_open()
        grant = Say(peer, write_subscribed(asked.request, name, seconds))
        return [grant, self._event(new, first, now)]

    def _renew(
        self, peer: Peer, asked: Subscribe, name: SubscriptionId, now: Monotonic
    ) -> list[Action]:
        found = self._of(peer, name)
        if found is None:
            return [Say(peer, write_not_subscribed(asked.request, 481))]
        seconds = granted(asked.expires)
        found.expires = Monotonic(now + seconds)
        return [Say(peer, write_subscribed(asked.request, name, seconds))]

    def _unsubscribe(self, peer: Peer, asked: Unsubscribe) -> list[Action]:
        found = self._of(peer, asked.subscription)
        said = Say(peer, write_unsubscribed(asked, 481 if found is None else 200))
        return [said, *self._end([found] if found else [])]

    def _answered(self, peer: Peer, answer: EventResponse) -> list[Action]:
        for each in self._all.values():
            if each.peer == peer and (event := each.pending.pop(answer.transaction, None)):
                if answer.status == 200:
                    return self._taken(each, event.versions)
                return self._refused(event.versions, answer)
        return []  # it was answered before, or was sent again under another name

    def _taken(self, subscription: Subscription, versions: Versions) -> list[Action]:
        subscription.took(versions)
        landed = [f for f in self._flights if f.version <= versions.get(f.incident, 0)]
        self._flights.difference_update(landed)
        self._forget_closed(versions)
        return [Answered(flight, 200, b"", None) for flight in sorted(landed)]

    def _refused(self, versions: Versions, answer: EventResponse) -> list[Action]:
        words = clean(answer.text).encode()
        return [Answered(flight, answer.status, words, None) for flight in self._lost(versions)]

    def _end(self, subscriptions: Sequence[Subscription]) -> list[Action]:
        for each in subscriptions:
            del self._all[each.id]
        events = [event for each in subscriptions for event in each.pending.values()]
        lost = self._lost({name for event in events for name in event.versions})
        return [Unanswered(flight, "the subscription ended before its answer") for flight in lost]

    def _lost(self, incidents: Collection[IncidentId]) -> list[Flight]:
        """Take back the flights of which no subscriber's answer is to come any more."""
        lost = sorted(
            flight
            for flight in self._flights
            if flight.incident in incidents
            and not any(each.awaits(flight.incident) for each in self._all.values())
        )
        self._flights.difference_update(lost)
        return lost

    def _repeat(self, subscription: Subscription, now: Monotonic) -> list[Action]:
        late = subscription.late(now, RESEND)
        if not late:
            return []
        tries = max(event.tries for event in late.values())
        if tries >= TRIES:
            reason = f"it left {tries} events in a row without an answer"
            return [Drop(subscription.peer, reason), *self.gone(subscription.peer)]
        for transaction in late:
            del subscription.pending[transaction]
        incidents = dict.fromkeys(name for event in late.values() for name in event.versions)
        return [self._event(subscription, incidents, now, tries + 1)]

    def _event(
        self,
        subscription: Subscription,
        incidents: Collection[IncidentId],
        now: Monotonic,
        tries: int = 1,
    ) -> Say:
        """Tell a subscriber how these incidents stand."""
        newest = self._documents.newest(incidents)
        versions = {each.flight.incident: each.flight.version for each in newest}
        transaction = TransactionId(self._new_id())
        subscription.pending[transaction] = Event(versions, now, tries)
        bodies = [each.body for each in newest]
        return Say(subscription.peer, write_event(subscription.id, transaction, bodies))

    def _of(self, peer: Peer, name: SubscriptionId) -> Subscription | None:
        found = self._all.get(name)
        return found if found and found.peer == peer else None

    def _forget_closed(self, incidents: Versions) -> None:
        """Let go of a closed incident that all who asked have taken."""
        for name in incidents:
            version = self._documents.version(name)
            waits = (s.awaits(name) or s.lacks(name, version) for s in self._all.values())
            if self._documents.is_closed(name) and not any(waits):
                self._documents.forget(name)
