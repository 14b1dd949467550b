"""Handles the actions of named persons on an incident.  Pure.

Rule 1: an action holds for the alerts, with their presses, that the person could see, and for no
        others.
Rule 2: an incident is over when all its alerts are.
Rule 3: a unit is sent progress only of an alert that a disk or an endpoint has.
Rule 4: who takes an alert says nothing of whether it was delivered.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Effect, Save, SaveAnswer, SaveClosed, SaveEvent
from gateway.core.events import OperatorActed
from gateway.core.incidents.actions import ACTIONS, Action
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import broadcast
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.progress import progress_of
from gateway.core.incidents.registry import Incidents
from gateway.core.incidents.timeline import Event
from gateway.core.pictures.schedule import SnapshotSchedule
from gateway.core.supervision.notices import manual_test
from gateway.core.values import Now
from wire.answers import SCHOOL
from wire.disposition import UNSAID, read_disposition, weightier
from wire.ids import IncidentId, SiteId
from wire.messages import IncidentEvent
from wire.stage import Answer, Stage


class _Changed(NamedTuple):
    """An alert of which a person changed something; `safe` if it cannot be lost any more."""

    alert: Alert
    safe: bool


class OperatorActions:
    """Writes down what persons do and what it makes of the alerts concerned; tells everybody."""

    def __init__(
        self, site: SiteId, incidents: Incidents, outbox: Outbox, snapshots: SnapshotSchedule
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._snapshots = snapshots

    def acted(self, taken: OperatorActed, now: Now) -> list[Effect]:
        """A named person did something; to an incident that is over it does nothing."""
        action = ACTIONS[taken.what]
        if not action.told:
            noted = SaveEvent(
                taken.incident, now.wall, taken.what, taken.by, taken.text, taken.side
            )
            tests = taken.what == "test-receivers"
            return [noted, manual_test(taken.by, now.wall)] if tests else [noted]
        incident = self._incidents.known_as(taken.incident, taken.seen or ())
        if incident is None:
            return []
        if taken.what == "withdraw-link":
            incident.link += 1
        changed = _change(_seen(incident, taken), action, taken.side)
        return self._noted(incident, action, taken, changed, now)

    def acted_elsewhere(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """A named person did so at the other gateway, which may call the incident otherwise.

        What is known already is no news, so that nothing goes round for ever.
        """
        what = "close" if news.what == SCHOOL["close"] else "acknowledge"
        action, side = ACTIONS[what], news.answer or Answer.SCHOOL
        seen: dict[IncidentId, list[Alert]] = {}
        for name, presses in news.alerts:
            incident = self._incidents.of_alert(name)
            if incident and incident.alerts[name].presses <= presses:
                seen.setdefault(incident.id, []).append(incident.alerts[name])
        return [
            work
            for name, alerts in seen.items()
            if (incident := self._incidents.get(name))
            and (changed := _change(alerts, action, side))
            for work in self._noted(
                incident,
                action,
                OperatorActed(name, what, news.by, side=side, detail=news.disposition),
                changed,
                now,
            )
        ]

    def _noted(
        self,
        incident: Incident,
        action: Action,
        taken: OperatorActed,
        changed: Sequence[_Changed],
        now: Now,
    ) -> list[Effect]:
        incident.note(Event(now.wall, taken.what, taken.by, taken.text, side=taken.side))
        if action.closes:
            incident.disposition = weightier(incident.disposition, read_disposition(taken.detail))
        incident.said = incident.changes
        if all(alert.stage is Stage.CLOSED for alert in incident.alerts.values()):
            self._incidents.close(incident)
            self._snapshots.forget(incident.id)
        self._outbox.changed(incident, now)
        return [
            SaveEvent(incident.id, now.wall, taken.what, taken.by, taken.text, taken.side),
            *self._told(incident, action, taken, changed, now),
            incident.head(),
        ]

    def _told(
        self,
        incident: Incident,
        action: Action,
        taken: OperatorActed,
        changed: Sequence[_Changed],
        now: Now,
    ) -> list[Effect]:
        if not changed:
            return []
        names = tuple(alert.id for alert, _ in changed)
        saved: Save = SaveClosed(names) if action.closes else SaveAnswer(names, taken.side)
        alerts = [(alert, alert.presses) for alert, _ in changed]
        what = ACTIONS["close" if action.closes else "acknowledge"].sentence
        side = Answer.NONE if action.closes else taken.side
        return [
            saved,
            *(progress_of(alert) for alert, safe in changed if safe),
            *broadcast(
                self._site,
                incident.id,
                what,
                taken.by,
                alerts,
                now,
                side,
                incident.disposition if action.closes else UNSAID,
            ),
        ]


def _seen(incident: Incident, taken: OperatorActed) -> list[Alert]:
    alerts, seen = incident.alerts.values(), taken.seen
    return [each for each in alerts if seen is None or each.presses <= seen.get(each.id, 0)]


def _change(alerts: Iterable[Alert], action: Action, side: Answer) -> list[_Changed]:
    before = [_Changed(alert, alert.held or alert.stage >= Stage.DELIVERED) for alert in alerts]
    return [each for each in before if _is_changed(each.alert, action, side)]


def _is_changed(alert: Alert, action: Action, side: Answer) -> bool:
    if action.closes:
        return alert.advance(Stage.CLOSED)
    return action.takes and alert.answered(side)
