"""Opens an incident, under the same id at every gateway that heard its first alert first.  Pure."""

import uuid
from typing import Final

from gateway.core.incidents.incident import Incident
from gateway.core.values import Now
from wire.ids import AlertId, IncidentId, SiteId

_SPACE: Final = uuid.UUID("2b1c7a5e-3e0a-5d11-8a0b-51f0a6f7c001")


def open_incident(site: SiteId, first: AlertId, closed: int, now: Now) -> Incident:
    """Open the incident that begins with the alert `first`.

    `closed` of its presses were over with another incident, whose name this one must not have.
    """
    words = f"{site}/{first}/{closed}" if closed else f"{site}/{first}"
    name = IncidentId(str(uuid.uuid5(_SPACE, words)))
    return Incident(name, opened_at=now.wall, news_at=now.mono)


def incident_apart(site: SiteId, alert: AlertId, number: int) -> IncidentId:
    """Return the name of the incident to which an alert is moved, as number so and so, because the
    one that it was meant for is over.
    """
    return IncidentId(str(uuid.uuid5(_SPACE, f"{site}/{alert}/apart/{number}")))


def incident_after(before: IncidentId, number: int) -> IncidentId:
    """Return the name of incident `number` that is opened after all clear of the one `before`."""
    return IncidentId(str(uuid.uuid5(_SPACE, f"{before}/after/{number}")))
