"""What follows when a named person does something about an incident.  Pure.

Rule 1: it holds for the alerts, with their presses, that the person could see, and for no others.
Rule 2: an incident is over when all its alerts are.
Rule 3: a unit is told only of an alert that a disk or an endpoint has: it then stops repeating it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gateway.actions import ACTIONS, Action
from gateway.bulletin import announce
from gateway.incident import Alert, Event, Incident
from gateway.incidents import Incidents
from gateway.outbox import Outbox
from gateway.picturedesk import PictureDesk
from gateway.work import ActionTaken, KeepEvent, KeepStage, Now, Tell, Work
from wire.ids import IncidentId, SiteId
from wire.messages import News
from wire.stage import Stage


class _Climbed(NamedTuple):
    """An alert that climbed; `safe` if it cannot be lost any more."""

    alert: Alert
    safe: bool


class Answering:
    """Writes down what persons do, climbs the alerts concerned, and tells everybody."""

    def __init__(
        self, site: SiteId, incidents: Incidents, outbox: Outbox, pictures: PictureDesk
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._pictures = pictures

    def acted(self, taken: ActionTaken, now: Now) -> list[Work]:
        """A named person did something; to an incident that is over it does nothing."""
        action = ACTIONS[taken.what]
        if not action.told:
            return [KeepEvent(taken.incident, now.wall, action.words, taken.by, taken.text)]
        incident = self._incidents.get(taken.incident)
        if incident is None:
            return []
        if taken.what == "withdraw-link":
            incident.link += 1
        climbed = _climb(_seen(incident, taken), action)
        return self._noted(incident, action, taken, climbed, now)

    def acted_elsewhere(self, news: News, now: Now) -> list[Work]:
        """A named person did so at the other gateway, which may call the incident otherwise.

        What is known already is no news, so that nothing goes round for ever.
        """
        what = "close" if news.what == "closed" else "confirm"
        seen: dict[IncidentId, list[Alert]] = {}
        for name, presses in news.alerts:
            incident = self._incidents.of_alert(name)
            if incident and incident.alerts[name].presses <= presses:
                seen.setdefault(incident.id, []).append(incident.alerts[name])
        return [
            work
            for name, alerts in seen.items()
            if (incident := self._incidents.get(name))
            and (climbed := _climb(alerts, ACTIONS[what]))
            for work in self._noted(
                incident, ACTIONS[what], ActionTaken(name, what, news.by), climbed, now
            )
        ]

    def _noted(
        self,
        incident: Incident,
        action: Action,
        taken: ActionTaken,
        climbed: Sequence[_Climbed],
        now: Now,
    ) -> list[Work]:
        incident.note(Event(now.wall, action.words, taken.by, taken.text))
        incident.said = incident.changes
        if all(alert.stage is Stage.CLOSED for alert in incident.alerts.values()):
            self._incidents.close(incident)
            self._pictures.forget(incident.id)
        self._outbox.changed(incident, now)
        return [
            KeepEvent(incident.id, now.wall, action.words, taken.by, taken.text),
            *self._raised(incident, action, taken.by, climbed, now),
            incident.head(),
        ]

    def _raised(
        self, incident: Incident, action: Action, by: str, climbed: Sequence[_Climbed], now: Now
    ) -> list[Work]:
        if action.stage is None or not climbed:
            return []
        alerts = [alert for alert, _ in climbed]
        words = ACTIONS["close" if action.stage is Stage.CLOSED else "confirm"].words
        return [
            KeepStage(tuple(alert.id for alert in alerts), action.stage),
            *(Tell(a.unit, a.id, action.stage, a.presses) for a, safe in climbed if safe),
            *announce(self._site, incident.id, words, by, alerts, now),
        ]


def _seen(incident: Incident, taken: ActionTaken) -> list[Alert]:
    alerts, seen = incident.alerts.values(), taken.seen
    return [each for each in alerts if seen is None or each.presses <= seen.get(each.id, 0)]


def _climb(alerts: Iterable[Alert], action: Action) -> list[_Climbed]:
    before = [_Climbed(alert, alert.held or alert.stage >= Stage.SENT) for alert in alerts]
    return [each for each in before if action.stage and each.alert.climb(action.stage)]
