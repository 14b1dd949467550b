"""What a named person does about an incident: takes it (`confirm`) or ends it (`close`).  Pure.

Rule 1: it holds for the alerts, with their presses, that the person could see, and for no others.
Rule 2: an incident is over when all its alerts are.
"""

from collections.abc import Sequence

from gateway.bulletin import announce
from gateway.incident import Alert, Event, Incident
from gateway.incidents import Incidents
from gateway.outbox import Outbox
from gateway.picturedesk import PictureDesk
from gateway.work import ActionTaken, KeepEvent, KeepStage, Now, Tell, Work
from wire.ids import IncidentId, SiteId
from wire.messages import News
from wire.stage import Stage


class Actions:
    """Climbs the alerts concerned, and tells everybody."""

    def __init__(
        self, site: SiteId, incidents: Incidents, outbox: Outbox, pictures: PictureDesk
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._pictures = pictures

    def acted(self, action: ActionTaken, now: Now) -> list[Work]:
        """A named person confirmed or closed an incident."""
        incident = self._incidents.get(action.incident)
        if incident is None:
            return []
        stage = Stage.CLOSED if action.what == "close" else Stage.CONFIRMED
        return self._acted_on(incident, list(incident.alerts.values()), stage, action.by, now)

    def acted_elsewhere(self, news: News, now: Now) -> list[Work]:
        """A named person did so at the other gateway, which may call the incident otherwise."""
        stage = Stage.CLOSED if news.what == "closed" else Stage.CONFIRMED
        seen: dict[IncidentId, list[Alert]] = {}
        for name, presses in news.alerts:
            incident = self._incidents.of_alert(name)
            if incident and incident.alerts[name].presses <= presses:
                seen.setdefault(incident.id, []).append(incident.alerts[name])
        return [
            work
            for name, alerts in seen.items()
            if (incident := self._incidents.get(name))
            for work in self._acted_on(incident, alerts, stage, news.by, now)
        ]

    def _acted_on(
        self, incident: Incident, alerts: Sequence[Alert], stage: Stage, by: str, now: Now
    ) -> list[Work]:
        climbed = [alert for alert in alerts if alert.climb(stage)]
        if not climbed:
            return []
        words = "closed" if stage is Stage.CLOSED else "confirmed"
        incident.note(Event(now.wall, words, by))
        if all(alert.stage is Stage.CLOSED for alert in incident.alerts.values()):
            self._incidents.close(incident)
            self._pictures.forget(incident.id)
        self._outbox.changed(incident, now)
        return [
            KeepEvent(incident.id, now.wall, words, by),
            KeepStage(tuple(alert.id for alert in climbed), stage),
            incident.head(),
            *(Tell(alert.unit, alert.id, stage, alert.presses) for alert in climbed),
            *announce(self._site, incident.id, words, by, climbed, now),
        ]
