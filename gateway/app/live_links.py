"""Writes down each live link as it is made, without the link: who holds it sees the incident."""

from collections.abc import Callable
from typing import Final

from gateway.console.links import Links, words_on
from gateway.core.events import LinkMade
from gateway.core.incidents.incident import Incident
from wire.ids import IncidentId

# Links of so many incidents are known to be written down: far more than are open at once.
_MOST: Final = 1000


class RecordedLinks:
    """Makes the links of `links`, and puts LinkMade for each one that is new."""

    def __init__(self, links: Links, put: Callable[[LinkMade], None]) -> None:
        self._links = links
        self._put = put
        self._newest: dict[IncidentId, str] = {}

    def live_url(self, incident: Incident) -> str:
        """Return the link to an incident."""
        url = self._links.live_url(incident)
        if self._newest.get(incident.id) != url:
            self._newest.pop(incident.id, None)
            self._newest[incident.id] = url
            if len(self._newest) > _MOST:
                del self._newest[next(iter(self._newest))]
            words = words_on(incident.link, self._links.ends(incident))
            self._put(LinkMade(incident.id, words))
        return url
