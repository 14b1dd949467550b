"""What the gateway publishes of an incident, for strobes, PA and the other gateway.  Pure."""

from collections.abc import Sequence

from gateway.incident import Alert
from gateway.work import Announce, Now
from wire.codec import MOST_NAMED, encode
from wire.ids import IncidentId, SiteId
from wire.messages import News
from wire.topics import incident_topic


def announce(
    site: SiteId, incident: IncidentId, what: str, by: str, alerts: Sequence[Alert], now: Now
) -> list[Announce]:
    """Return the messages that say `what` happened to `alerts`; as many as it takes."""
    topic = incident_topic(site, incident)
    return [
        Announce(topic, encode(_news(incident, what, by, alerts[at : at + MOST_NAMED], now)))
        for at in range(0, max(len(alerts), 1), MOST_NAMED)
    ]


def _news(incident: IncidentId, what: str, by: str, alerts: Sequence[Alert], now: Now) -> News:
    return News(
        incident,
        now.wall,
        what,
        by,
        tuple((alert.id, alert.presses) for alert in alerts),
        tuple(dict.fromkeys(alert.room.id for alert in alerts)),
    )
