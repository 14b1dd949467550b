"""Tells endpoints how buttons were pressed, once for all that came since the last time.  Pure.

It comes behind each press of a storm, and no alert waits for it.
"""

from gateway.core.delivery.outbox import Outbox
from gateway.core.incidents.incident import Incident
from gateway.core.values import Now
from wire.ids import IncidentId


class EvidenceNews:
    """The incidents in which presses look otherwise than was told."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._news: dict[IncidentId, Incident] = {}

    def note(self, incident: Incident) -> None:
        """A press of `incident` looks otherwise than before."""
        self._news[incident.id] = incident

    def tick(self, now: Now) -> None:
        """Owe each endpoint what was noted."""
        news, self._news = self._news, {}
        for incident in news.values():
            if not incident.closed:
                incident.changes += 1
                self._outbox.changed(incident, now)
