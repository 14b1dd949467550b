"""Asks the police's receiver over its own HTTP, as any dispatcher's program could, what it has."""

from dataclasses import dataclass
from typing import Any, Final

import requests

from wire.ids import AlertId, IncidentId

_PATIENCE_S: Final = (2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Taken:
    """An incident as the police took it; `report` is the newest version, as it came."""

    incident: IncidentId
    pictures: int
    report: dict[str, Any]


class LatencyProbe:
    """Asks the police at `url`; raises requests.RequestException while they do not answer."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def find(self, alert: AlertId) -> Taken | None:
        """Return the incident that holds `alert`, or None if the police never heard of it."""
        for incident in self._get("incidents"):
            if alert in incident["alerts"]:
                name = IncidentId(incident["incident"])
                report = self._get(f"incidents/{name}")
                return Taken(name, len(incident["pictures"]), report)
        return None

    def _get(self, path: str) -> Any:
        answer = self._session.get(f"{self._url}/{path}", timeout=_PATIENCE_S)
        answer.raise_for_status()
        return answer.json()
