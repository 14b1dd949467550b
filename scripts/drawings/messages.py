"""One message of each kind that listeners hear, written by the code that writes the real ones."""

import json
from typing import Final

from gateway.core.effects import Announce
from gateway.core.supervision.troubles import Troubles
from wire.codec import encode
from wire.gateway_troubles import CAMERA
from wire.ids import AlertId, IncidentId, SiteId, Wall
from wire.messages import IncidentEvent
from wire.stage import Answer
from wire.state import IncidentStanding, write_incidents
from wire.topics import incident_topic, state_topic

_SITE: Final = SiteId("lincoln")
_AT: Final = Wall(1763911377.123)
_INCIDENT: Final = IncidentId("5f0d5bd4-6b52-4f0a-9d7e-4f3f0f5e8f11")
_ALERT: Final = AlertId("0d9b6a3c-6c0e-4a43-9b1f-9f1b2f4f6d22")


def event() -> str:
    """Return an event of an incident, its topic above it."""
    told = IncidentEvent(_INCIDENT, _AT, "delivered", "county-911", ((_ALERT, 1),), ("204",))
    return _shown(incident_topic(_SITE, _INCIDENT), encode(told))


def trouble() -> str:
    """Return the start of a trouble, its topic above it."""
    troubles = Troubles(_SITE)
    troubles.start(CAMERA.name("hall-2"), "no frame for 12 s", _AT)
    (told,) = (each for each in troubles.news(_AT) if isinstance(each, Announce))
    return _shown(told.topic, told.payload)


def state() -> str:
    """Return how all incidents stand, its topic above it."""
    one = IncidentStanding(_INCIDENT, _AT, 1, ("204",), Answer.NONE, False)
    return _shown(state_topic(_SITE, "incident"), write_incidents(_SITE, [one], _AT))


def _shown(topic: str, payload: bytes) -> str:
    return f"`{topic}`\n\n```json\n{json.dumps(json.loads(payload), indent=2)}\n```"
