"""One subscription: what it asked for, what its subscriber took and what it was sent.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

from gateway.receivers.eido.messages import EventResponse, SubscriptionId, TransactionId
from wire.ids import IncidentId, Monotonic, Seconds

Peer = NewType("Peer", int)
"""One connection."""

Versions = dict[IncidentId, int]
"""Incidents, each with the version that was acknowledged or sent."""

# Seconds of a subscription: what is granted when nothing, or something odd, is asked for.
_USUAL: Final = 3600
_SHORTEST: Final = 60
_LONGEST: Final = 86_400
# Characters of events that wait for their answer: two of the longest, for each subscription.
_MOST_HELD: Final = 1_000_000


class TakenEvent(NamedTuple):
    """An event as it was written, and the answer to it as it came."""

    event: str
    sent: Monotonic
    answer: str
    answered: Monotonic


@dataclass(slots=True)
class SentNews:
    """News on its way, in one event or several, each named by a transaction: `open` are those
    without an answer, as they were written.  `tries` counts how often it was sent, this time
    included; `taken` are the events that were answered.
    """

    open: dict[TransactionId, str]
    versions: Versions
    sent: Monotonic
    tries: int
    taken: list[TakenEvent] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many characters of events it holds."""
        return sum(map(len, self.open.values())) + sum(len(each.event) for each in self.taken)

    def let_go(self) -> None:
        """Hold no event any more: what comes of them is not evidence then."""
        self.open = dict.fromkeys(self.open, "")
        self.taken.clear()


@dataclass(slots=True)
class Subscription:
    """`incident` None asks for all; `pending` is the news whose answers are still to come."""

    id: SubscriptionId
    peer: Peer
    incident: IncidentId | None
    expires: Monotonic
    told: Versions = field(default_factory=dict)
    pending: list[SentNews] = field(default_factory=list)

    def concerns(self, incident: IncidentId) -> bool:
        """True if it asked for this incident."""
        return self.incident in (None, incident)

    def has(self, incident: IncidentId, version: int) -> bool:
        """True if its subscriber took this version, or a newer one."""
        return self.told.get(incident, 0) >= version

    def lacks(self, incident: IncidentId, version: int) -> bool:
        """True if it asked for this incident and was not even sent this version."""
        sent = max(self._sent(incident), default=0)
        return self.concerns(incident) and not self.has(incident, version) and sent < version

    def awaits(self, incident: IncidentId) -> bool:
        """True if its answer on this incident is still to come."""
        return any(True for _ in self._sent(incident))

    def took(self, versions: Versions) -> None:
        """Its subscriber has taken these."""
        for incident, version in versions.items():
            self.told[incident] = max(version, self.told.get(incident, 0))

    def sends(self, news: SentNews) -> None:
        """News is on its way; what is too much to hold is held no longer, the oldest first."""
        self.pending.append(news)
        held = sum(each.held for each in self.pending)
        for each in self.pending:
            if held > _MOST_HELD:
                held -= each.held
                each.let_go()

    def settle(self, answer: EventResponse, said: str, now: Monotonic) -> SentNews | None:
        """Book an answer, as it was `said`; return the news that it settles: refused, or its last
        part taken.
        """
        news = next((each for each in self.pending if answer.transaction in each.open), None)
        if news is None:
            return None
        if event := news.open.pop(answer.transaction):
            news.taken.append(TakenEvent(event, news.sent, said, now))
        if news.open and answer.status == 200:
            return None
        self.pending.remove(news)
        return news

    def late(self, now: Monotonic, limit: Seconds) -> list[SentNews]:
        """Return the news that has waited too long for its answers."""
        return [news for news in self.pending if now - news.sent >= limit]

    def _sent(self, incident: IncidentId) -> Iterator[int]:
        return (e.versions[incident] for e in self.pending if incident in e.versions)


def granted(asked: int | None) -> int:
    """Return the seconds that a subscription gets."""
    return min(max(asked if asked is not None else _USUAL, _SHORTEST), _LONGEST)
