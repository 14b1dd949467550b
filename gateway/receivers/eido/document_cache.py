"""The newest document of each incident, for new subscribers and for repeats.  Pure."""

from collections.abc import Iterable, Sequence

from gateway.core.effects import SendReport
from gateway.core.formats.eido import is_closed, unique_part
from gateway.core.formats.eido_parts import parts_of
from wire.ids import IncidentId


class DocumentCache:
    """Keeps what was launched last of each incident, until it is closed and `forget` is called."""

    def __init__(self) -> None:
        self._newest: dict[IncidentId, SendReport] = {}

    def save(self, launch: SendReport) -> None:
        """Keep a version, unless a newer one is known."""
        if launch.flight.version > self.version(launch.flight.incident):
            self._newest[launch.flight.incident] = launch

    def version(self, incident: IncidentId) -> int:
        """Return the newest version known; 0 if there is none."""
        found = self._newest.get(incident)
        return found.flight.version if found else 0

    def are_open(self) -> list[IncidentId]:
        """Return the incidents that are not closed."""
        return [name for name, launch in self._newest.items() if not is_closed(launch.body)]

    def is_closed(self, incident: IncidentId) -> bool:
        """True if the newest version says that it is closed."""
        found = self._newest.get(incident)
        return found is not None and is_closed(found.body)

    def named(self, tracking_id: str) -> IncidentId | None:
        """Return the incident of that Incident Tracking Id, if it is known here."""
        unique = unique_part(tracking_id)
        return next((name for name in self._newest if name.replace("-", "") == unique), None)

    def events(self, incidents: Iterable[IncidentId], longest: int) -> Sequence[Sequence[str]]:
        """Return what tells of these incidents, shared out to events of `longest` characters.

        A document that is longer goes in parts; nothing to tell is one event that is empty.
        """
        found = (self._newest[name].body for name in incidents if name in self._newest)
        events: list[list[str]] = [[]]
        for part in (part for body in found for part in parts_of(body, longest)):
            if sum(map(len, events[-1])) + len(part) > longest and events[-1]:
                events.append([])
            events[-1].append(part)
        return events

    def all(self) -> Sequence[SendReport]:
        """Return all that is kept."""
        return list(self._newest.values())

    def discard(self, incident: IncidentId) -> None:
        """Drop an incident."""
        self._newest.pop(incident, None)
