"""What persons closed, as far as it is still known, so that nothing of it rises again.  Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.placement import Closed, Standing
from wire.ids import AlertId, IncidentId, UnitId
from wire.modes import LIVE
from wire.stage import Answer, Stage

MOST_ENDED: Final = 100_000
"""Closed alerts that are known, against replays, and as many incidents: some 50 MB at most."""


class Ends:
    """The alerts that persons closed, with their presses, and the incidents that are over: the
    newest, for a gateway may run for years.
    """

    def __init__(self, most: int = MOST_ENDED) -> None:
        self._most = most
        self._closed: dict[AlertId, Closed] = {}
        # By their ids, and by the names under which they were reported.
        self._names: dict[IncidentId, None] = {}

    def restore(self, closed: Mapping[AlertId, Closed], names: Iterable[IncidentId]) -> None:
        """Take up what the disk held at a start, the oldest first."""
        self._closed.update(closed)
        self._names.update(dict.fromkeys(names))

    def of(self, alert: AlertId) -> Closed | None:
        """Return the end of an alert that a person closed; None if nobody did."""
        return self._closed.get(alert)

    def presses(self, alert: AlertId) -> int:
        """Return how many presses of an alert persons closed."""
        return self._closed[alert].presses if alert in self._closed else 0

    def has_incident(self, name: IncidentId) -> bool:
        """True if an incident of that name is over."""
        return name in self._names

    def note(self, incident: Incident) -> None:
        """A named person closed an incident."""
        for name in (incident.id, incident.reported_as):
            self._names.pop(name, None)
            self._names[name] = None
        _let_go(self._names, 2 * self._most)
        told = incident.last_by({"close"}), incident.disposition, incident.closing_note
        for alert in incident.alerts.values():
            move = incident.moves.get(alert.id)
            self._closed.pop(alert.id, None)
            self._closed[alert.id] = Closed(alert.unit, alert.presses, *told, move, incident.mode)
        _let_go(self._closed, self._most)

    def before(self, claim: IncomingAlert, revoked: Collection[UnitId]) -> Standing | None:
        """Return the end of an alert that a unit raised under a name which was revoked since.

        It hangs there under a new name, and did not hear that a person closed the alert.
        """
        closed = self._closed.get(claim.id)
        if closed is None or closed.unit == claim.unit or closed.unit not in revoked:
            return None
        over = claim.presses <= closed.presses
        return (claim.id, Stage.CLOSED, Answer.NONE, closed.presses, LIVE) if over else None


def _let_go(known: dict[Any, Any], most: int) -> None:
    """Forget the oldest beyond `most`."""
    while len(known) > most:
        del known[next(iter(known))]
