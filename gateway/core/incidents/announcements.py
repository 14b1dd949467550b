"""What the gateway publishes of an incident, for strobes, PA and the other gateway.  Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.core.effects import Announce
from gateway.core.incidents.alert import Alert
from gateway.core.values import Now
from wire.codec import encode
from wire.disposition import UNSAID
from wire.ids import AlertId, IncidentId, SiteId
from wire.messages import IncidentEvent
from wire.moves import Move
from wire.stage import Answer
from wire.topics import incident_topic

# So that a message stays below 4 kB with the longest rooms, and a name of 80 characters in escapes.
_MOST_TOLD: Final = 24
_MOST_WITH_A_NOTE: Final = 8


def broadcast(
    site: SiteId,
    incident: IncidentId,
    what: str,
    by: str,
    alerts: Sequence[tuple[Alert, int]],
    now: Now,
    answer: Answer = Answer.NONE,
    disposition: str = UNSAID,
    note: str = "",
) -> list[Announce]:
    """Return the messages that say `what` happened to so many presses of each of `alerts`.

    `answer` is the side of the person who took them; `disposition` and `note` what they were, if
    that is said.
    """
    topic = incident_topic(site, incident)
    most = _MOST_WITH_A_NOTE if note else _MOST_TOLD
    portions = [alerts[at : at + most] for at in range(0, max(len(alerts), 1), most)]
    told = [_news(incident, what, by, each, now, answer, disposition, note) for each in portions]
    return [Announce(topic, encode(each)) for each in told]


def moved(site: SiteId, move: Move, alerts: Mapping[AlertId, int]) -> list[Announce]:
    """Return the messages that tell the other gateway where these alerts belong, with so many
    presses.
    """
    topic, counted = incident_topic(site, move.to), tuple(alerts.items())
    return [
        Announce(topic, encode(_moved(move, counted[at : at + _MOST_TOLD])))
        for at in range(0, len(counted), _MOST_TOLD)
    ]


def _moved(move: Move, alerts: tuple[tuple[AlertId, int], ...]) -> IncidentEvent:
    return IncidentEvent(
        move.to, move.at, "moved", move.by, alerts, (), move=move.number, source=move.source
    )


def _news(
    incident: IncidentId,
    what: str,
    by: str,
    alerts: Sequence[tuple[Alert, int]],
    now: Now,
    answer: Answer,
    disposition: str,
    note: str,
) -> IncidentEvent:
    return IncidentEvent(
        incident,
        now.wall,
        what,
        by,
        tuple((alert.id, presses) for alert, presses in alerts),
        tuple(dict.fromkeys(alert.room.id for alert, _ in alerts)),
        answer,
        disposition,
        note,
    )
