"""One subscription: what it asked for, what its subscriber took and what it was sent.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NewType

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


@dataclass(slots=True)
class SentNews:
    """News on its way, in one event or several, each named by a transaction: `open` are those
    without an answer.  `tries` counts how often it was sent, this time included.
    """

    open: set[TransactionId]
    versions: Versions
    sent: Monotonic
    tries: int


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

    def settle(self, answer: EventResponse) -> SentNews | None:
        """Book an answer; return the news that it settles: refused, or its last part taken."""
        news = next((each for each in self.pending if answer.transaction in each.open), None)
        if news is None:
            return None
        news.open.discard(answer.transaction)
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
