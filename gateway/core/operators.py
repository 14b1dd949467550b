"""Handles the actions of named persons on an incident.  Pure.

Rule 1: an action holds for the alerts, with their presses, that the person could see, and for no
        others.
Rule 2: an incident is over when all its alerts are.
Rule 3: a unit is sent progress only of an alert that a disk or an endpoint has.
Rule 4: who takes an alert says nothing of whether it was delivered.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Effect, Save, SaveAnswer, SaveCleared, SaveClosed, SaveEvent
from gateway.core.events import OperatorActed
from gateway.core.incidents.actions import ACTIONS, Action
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import broadcast
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.progress import progress_of
from gateway.core.incidents.registry import Incidents
from gateway.core.incidents.timeline import Event
from gateway.core.moving import AlertMoves
from gateway.core.pictures.schedule import SnapshotSchedule
from gateway.core.supervision.notices import manual_test
from gateway.core.values import Now
from wire.answers import ALL_CLEAR, ANSWERS, SCHOOL
from wire.disposition import UNSAID, read_disposition, weightier
from wire.ids import IncidentId, SiteId, Wall
from wire.messages import IncidentEvent
from wire.stage import Answer, Stage

CLEARED: Final = "cleared"
_WORDS_OF_THE_OTHER: Final = {
    SCHOOL["close"]: "close",
    ANSWERS["acknowledge"]: "acknowledge",
    CLEARED: ALL_CLEAR,
}


class _Changed(NamedTuple):
    """An alert of which a person changed something; `safe` if it cannot be lost any more."""

    alert: Alert
    safe: bool


class OperatorActions:
    """Writes down what persons do and what it makes of the alerts concerned; tells everybody."""

    def __init__(
        self,
        site: SiteId,
        incidents: Incidents,
        outbox: Outbox,
        snapshots: SnapshotSchedule,
        moves: AlertMoves,
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._snapshots = snapshots
        self._moves = moves
        # The newest deed of the other gateway's people, and where it is a line already.
        self._elsewhere: tuple[str, str, Wall] | None = None
        self._noted_in: set[IncidentId] = set()

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
        if incident is None or (incident.emptied and action.account):
            return []
        if action.moves:
            return self._moves.acted(incident, taken, now)
        if taken.what in ANSWERS:
            return self._answered(incident, action, taken, now)
        return self._acted(incident, action, taken, now)

    def _answered(
        self, incident: Incident, action: Action, taken: OperatorActed, now: Now
    ) -> list[Effect]:
        """An answer holds for all that stood on the screen, whatever was split since."""
        found = {incident.id: incident}
        for name in taken.seen or ():
            if holding := self._incidents.of_alert(name):
                found[holding.id] = holding
        return [work for each in found.values() for work in self._acted(each, action, taken, now)]

    def _acted(
        self, incident: Incident, action: Action, taken: OperatorActed, now: Now
    ) -> list[Effect]:
        if taken.what == "withdraw-link":
            incident.link += 1
        changed = _change(_seen(incident, taken), action, taken.side)
        line = self._noted(incident, taken, now)
        return [*line, *self._carried_out(incident, action, taken, changed, now)]

    def acted_elsewhere(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """A named person did so at the other gateway, which may call the incident otherwise.

        What is known already is no news, so that nothing goes round for ever.  A deed whose alerts
        took several messages is one line all the same.
        """
        what = _WORDS_OF_THE_OTHER[news.what]
        action, side = ACTIONS[what], news.answer or Answer.SCHOOL
        seen: dict[IncidentId, list[Alert]] = {}
        for name, presses in news.alerts:
            incident = self._incidents.of_alert(name)
            if incident and incident.alerts[name].presses <= presses:
                seen.setdefault(incident.id, []).append(incident.alerts[name])
        effects: list[Effect] = []
        for held_by, alerts in seen.items():
            incident = self._incidents.get(held_by)
            if incident and (changed := _change(alerts, action, side)):
                words = news.by, news.note
                taken = OperatorActed(held_by, what, *words, side=side, detail=news.disposition)
                effects += self._noted_once(incident, taken, news, now)
                effects += self._carried_out(incident, action, taken, changed, now)
        return effects

    def _noted_once(
        self, incident: Incident, taken: OperatorActed, news: IncidentEvent, now: Now
    ) -> list[SaveEvent]:
        deed = news.what, news.by, news.at
        if deed != self._elsewhere:
            self._elsewhere, self._noted_in = deed, set()
        if incident.id in self._noted_in:
            incident.changes += 1
            return []
        self._noted_in.add(incident.id)
        return self._noted(incident, taken, now)

    def _noted(self, incident: Incident, taken: OperatorActed, now: Now) -> list[SaveEvent]:
        by = taken.signature
        incident.note(Event(now.wall, taken.what, by, taken.text, side=taken.side))
        return [SaveEvent(incident.id, now.wall, taken.what, by, taken.text, taken.side)]

    def _carried_out(
        self,
        incident: Incident,
        action: Action,
        taken: OperatorActed,
        changed: Sequence[_Changed],
        now: Now,
    ) -> list[Effect]:
        if action.closes:
            incident.disposition = weightier(incident.disposition, read_disposition(taken.detail))
        incident.said = incident.changes
        over = self._end(incident) if action.closes else []
        self._outbox.changed(incident, now)
        for each in over:
            each.changes += 1
            self._outbox.changed(each, now)
        return [
            *self._told(incident, action, taken, changed, now),
            incident.head(),
            *(each.head() for each in over),
        ]

    def _end(self, incident: Incident) -> list[Incident]:
        """Close the incident if all its alerts are; return those that are over with it."""
        if any(alert.stage is not Stage.CLOSED for alert in incident.alerts.values()):
            return []
        self._incidents.close(incident)
        self._snapshots.forget(incident.id)
        over = self._incidents.over_with_them()
        for each in over:
            self._incidents.close(each)
            each.disposition = incident.disposition
        return over

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
        alerts = [(alert, alert.presses) for alert, _ in changed]
        if action.clears:
            cleared = SaveCleared(tuple((alert.id, alert.cleared) for alert, _ in changed))
            by = taken.signature
            told = broadcast(self._site, incident.id, CLEARED, by, alerts, now, taken.side)
            return [cleared, *told]
        saved: Save = SaveClosed(names) if action.closes else SaveAnswer(names, taken.side)
        what = ACTIONS["close" if action.closes else "acknowledge"].sentence
        side = Answer.NONE if action.closes else taken.side
        return [
            saved,
            *(progress_of(alert) for alert, safe in changed if safe),
            *broadcast(
                self._site,
                incident.id,
                what,
                taken.signature,
                alerts,
                now,
                side,
                incident.disposition if action.closes else UNSAID,
                taken.text if action.closes else "",
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
    if action.clears:
        return alert.clear()
    return action.takes and alert.answered(side)
