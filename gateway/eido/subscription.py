"""One subscription: what it asked for, what its subscriber took and what it was sent.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

from gateway.eido.messages import SubscriptionId, TransactionId
from wire.ids import IncidentId, Monotonic, Seconds

Peer = NewType("Peer", int)
"""One connection."""

Versions = dict[IncidentId, int]
"""Incidents, each with the version that was told."""

# Seconds of a subscription: what is granted when nothing, or something odd, is asked for.
_USUAL: Final = 3600
_SHORTEST: Final = 60
_LONGEST: Final = 86_400


class Event(NamedTuple):
    """An event on its way, and how many there were before it without an answer, itself included."""

    versions: Versions
    sent: Monotonic
    tries: int


@dataclass(slots=True)
class Subscription:
    """`incident` None asks for all; `pending` are the events whose answer is still to come."""

    id: SubscriptionId
    peer: Peer
    incident: IncidentId | None
    expires: Monotonic
    told: Versions = field(default_factory=dict)
    pending: dict[TransactionId, Event] = field(default_factory=dict)

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

    def late(self, now: Monotonic, patience: Seconds) -> dict[TransactionId, Event]:
        """Return the events that have waited too long for an answer."""
        return {t: event for t, event in self.pending.items() if now - event.sent >= patience}

    def _sent(self, incident: IncidentId) -> Iterator[int]:
        return (e.versions[incident] for e in self.pending.values() if incident in e.versions)


def granted(asked: int | None) -> int:
    """Return the seconds that a subscription gets."""
    return min(max(asked if asked is not None else _USUAL, _SHORTEST), _LONGEST)
