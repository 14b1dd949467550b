"""The newest document of each incident, for whoever subscribes or must be told again.  Pure."""

from collections.abc import Iterable, Sequence

from gateway.formats.eido import is_closed, unique_part
from gateway.work import Launch
from wire.ids import IncidentId


class Documents:
    """Keeps what was launched last of each incident, until it is closed and `forget` is called."""

    def __init__(self) -> None:
        self._newest: dict[IncidentId, Launch] = {}

    def keep(self, launch: Launch) -> None:
        """Keep a version, unless a newer one is known."""
        if launch.flight.version > self.version(launch.flight.incident):
            self._newest[launch.flight.incident] = launch

    def version(self, incident: IncidentId) -> int:
        """Return the newest version known; 0 if there is none."""
        found = self._newest.get(incident)
        return found.flight.version if found else 0

    def are_open(self) -> list[IncidentId]:
        """Return the incidents that nobody has closed."""
        return [name for name, launch in self._newest.items() if not is_closed(launch.body)]

    def is_closed(self, incident: IncidentId) -> bool:
        """True if the newest version says that it is closed."""
        found = self._newest.get(incident)
        return found is not None and is_closed(found.body)

    def named(self, tracking_id: str) -> IncidentId | None:
        """Return the incident of that Incident Tracking Id, if it is known here."""
        unique = unique_part(tracking_id)
        return next((name for name in self._newest if name.replace("-", "") == unique), None)

    def newest(self, incidents: Iterable[IncidentId]) -> Sequence[Launch]:
        """Return those that are known, each as it was launched last."""
        return [self._newest[name] for name in incidents if name in self._newest]

    def all(self) -> Sequence[Launch]:
        """Return all that is kept."""
        return list(self._newest.values())

    def forget(self, incident: IncidentId) -> None:
        """Let go of an incident."""
        self._newest.pop(incident, None)
