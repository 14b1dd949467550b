"""The newest document of each incident, for whoever subscribes or must be told again.  Pure."""

from collections.abc import Iterable, Sequence

from gateway.eido.subscription import Versions
from gateway.formats.eido import is_closed, unique_part
from gateway.work import Launch
from wire.ids import IncidentId


class Documents:
    """Keeps what was launched last of each incident, until it is closed and `forget` is called."""

    def __init__(self) -> None:
        self._newest: dict[IncidentId, tuple[int, str]] = {}

    def keep(self, launch: Launch) -> None:
        """Keep a version, unless a newer one is known."""
        flight = launch.flight
        if flight.version > self.version(flight.incident):
            self._newest[flight.incident] = flight.version, launch.body

    def version(self, incident: IncidentId) -> int:
        """Return the newest version known; 0 if there is none."""
        return self._newest.get(incident, (0, ""))[0]

    def are_open(self) -> list[IncidentId]:
        """Return the incidents that nobody has closed."""
        return [name for name, (_, body) in self._newest.items() if not is_closed(body)]

    def is_closed(self, incident: IncidentId) -> bool:
        """True if the newest version says that it is closed."""
        return is_closed(self._newest.get(incident, (0, ""))[1])

    def named(self, tracking_id: str) -> IncidentId | None:
        """Return the incident of that Incident Tracking Id, if it is known here."""
        unique = unique_part(tracking_id)
        return next((name for name in self._newest if name.replace("-", "") == unique), None)

    def of(self, incidents: Iterable[IncidentId]) -> tuple[Versions, Sequence[str]]:
        """Return versions and documents of those that are known."""
        known = [name for name in incidents if name in self._newest]
        return {n: self._newest[n][0] for n in known}, [self._newest[n][1] for n in known]

    def forget(self, incident: IncidentId) -> None:
        """Let go of an incident."""
        self._newest.pop(incident, None)
