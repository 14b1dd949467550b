"""Which incident an alert belongs to.  Pure.

An alert joins the open incident of its mode that had news last, if that is not too long ago; else
it opens one.  Each test is by itself: what of it turns out to be real is real alone.
What a person closed stays known, so that a repeat, or a replay, raises nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from gateway.core.effects import SaveAlert
from gateway.core.incidents.alert import Alert, first_alert, saved_alert
from gateway.core.incidents.ends import Ends
from gateway.core.incidents.folding import Folded, FoldedAlerts
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.opening import incident_after, open_incident
from gateway.core.incidents.placement import Closed, Placement, Standing, unreadable_before
from gateway.core.values import Now
from wire.alert_ids import id_of_its_own
from wire.ids import AlertId, IncidentId, Monotonic, Seconds, SiteId, UnitId
from wire.limits import MOST_ALERTS_OF_A_UNIT
from wire.modes import LIVE, TEST
from wire.stage import Answer, Stage

# The alert is over: which incident it was in, only the disk knows.
_NONE: Final = IncidentId("")


class Incidents:
    """The open incidents of one site."""

    def __init__(self, site: SiteId, join: Seconds) -> None:
        self._site = site
        self._join = join
        self._open: dict[IncidentId, Incident] = {}
        self._of_alert: dict[AlertId, Incident] = {}
        # So that not every alert of a burst is compared with all others.
        self._open_alerts: Counter[UnitId] = Counter()
        self.ends = Ends()
        self.folded = FoldedAlerts()

    def restore(
        self,
        incidents: list[Incident],
        closed: Mapping[AlertId, Closed],
        ended: Iterable[IncidentId] = (),
    ) -> None:
        """Take up what the disk held at start: open incidents, the presses of closed alerts, and
        the names of incidents that have `ended`.
        """
        self.ends.restore(closed, ended)
        for incident in (each for each in incidents if not each.closed):
            self._open[incident.id] = incident
            self._of_alert.update(dict.fromkeys(incident.alerts, incident))
            self._open_alerts.update(alert.unit for alert in incident.alerts.values())
        for incident in self._open.values():
            for name in incident.left.keys() & self._of_alert.keys():
                incident.left[name] = self._of_alert[name].alerts[name]

    def get(self, incident: IncidentId) -> Incident | None:
        """Return an open incident by its id."""
        return self._open.get(incident)

    def known_as(self, name: IncidentId, alerts: Iterable[AlertId]) -> Incident | None:
        """Return the open incident that somebody calls `name` and sees `alerts` in.

        The other gateway may have given it that name, or have other alerts in it than this one.
        """
        found = self._open.get(name)
        if found and not found.emptied:
            return found
        named = (each for each in self._open.values() if each.reported_as == name)
        holding = (found for each in alerts if (found := self._of_alert.get(each)))
        return next(named, None) or next(holding, found)

    def bears(self, name: IncidentId) -> bool:
        """True if an open incident is reported under `name`: no second one may be."""
        return any(each.reported_as == name for each in self._open.values())

    def of_alert(self, alert: AlertId) -> Incident | None:
        """Return the open incident that holds `alert`."""
        return self._of_alert.get(alert)

    def standing_of(self, unit: UnitId, alert: AlertId) -> Standing | None:
        """Return how an alert that `unit` holds stands; None if the disk does not have it."""
        if folded := self.folded.get(unit, alert):
            known = self._standing_of(folded.into)
            return known and (alert, *known[1:3], folded.presses, known[4])
        return self._standing_of(id_of_its_own(unit, alert)) or self._standing_of(alert)

    def lacks(self, unit: UnitId, alert: AlertId) -> bool:
        """True if nothing here, open or closed, is the alert that `unit` holds."""
        if self.folded.get(unit, alert):
            return False
        ids = (id_of_its_own(unit, alert), alert)
        return not any(each in self._of_alert or self.ends.of(each) for each in ids)

    def _standing_of(self, alert: AlertId) -> Standing | None:
        if incident := self._of_alert.get(alert):
            known = incident.alerts[alert]
            standing = alert, known.stage, known.answer, known.presses, known.mode
            return standing if known.held else None
        if presses := self.ends.presses(alert):
            return alert, Stage.CLOSED, Answer.NONE, presses, LIVE
        return None

    def all_open(self) -> list[Incident]:
        """Return the open incidents, oldest first."""
        return list(self._open.values())

    def knows(self, claim: IncomingAlert) -> bool:
        """True for a repeat or a replay: no press in it is news."""
        if folded := self.folded.get(claim.unit, claim.id):
            return claim.presses <= folded.presses
        incident = self._of_alert.get(claim.id)
        known = incident.alerts[claim.id].presses if incident else self.ends.presses(claim.id)
        return claim.presses <= known

    def with_an_id_of_its_own(self, claim: IncomingAlert) -> IncomingAlert:
        """Return the alert as it came, or under another id where its id is another unit's alert.

        An id belongs to the unit that first used it: no unit counts presses on, or ends, an alert
        of another.
        """
        owner = self._owner(claim.id)
        if owner in (None, claim.unit):
            return claim
        own = id_of_its_own(claim.unit, claim.id)
        return replace(claim, id=own).doubted(f"it bears the id of an alert of {owner}")

    def take(self, claim: IncomingAlert, now: Now) -> Placement | SaveAlert:
        """Put an alert where it belongs; a repeat of a closed one only asks the disk to answer."""
        incident = self._of_alert.get(claim.id)
        if incident:
            return self._known(incident, incident.alerts[claim.id], claim, now)
        folded = self.folded.get(claim.unit, claim.id)
        if folded and claim.presses <= folded.presses:
            folded.told = None
            return self._take_folded(folded, claim, now)
        if claim.presses <= self.ends.presses(claim.id):
            return saved_alert(first_alert(claim, now), _NONE)
        incident = self._current(claim, now.mono)
        if incident is None:
            incident = self._open_after(claim, now)
            incident.mode, incident.exercise = claim.mode, claim.exercise
        if same := unreadable_before(incident, claim):
            return Placement(incident, same, "repeat")
        has_few = self._open_alerts[claim.unit] < MOST_ALERTS_OF_A_UNIT - 1
        collects = None if has_few else incident.collects(claim.unit)
        if collects in incident.alerts and claim.id != collects:
            into = incident.alerts[collects]
            self.folded.fold(incident, into, claim, now)
            return Placement(incident, into, "again")
        if collects:
            claim = self.folded.first(collects, claim)
        alert = incident.add(claim, now)
        self._of_alert[alert.id] = incident
        self._open_alerts[alert.unit] += 1
        return Placement(incident, alert, "new")

    def open(self, incident: Incident) -> None:
        """An incident begins that no press opened: alerts are moved to it."""
        self._open[incident.id] = incident

    def placed_by(self, alert: AlertId) -> int | None:
        """Return above which number a move must say where a new alert was put; None if none needs
        to: with a single incident open the two gateways cannot differ.
        """
        ended = self.ends.of(alert)
        moved = ended.move.number if ended and ended.move else 0
        several = sum(each.mode == LIVE for each in self._open.values()) > 1
        return moved if moved or several else None

    def placed(self, alert: Alert, incident: Incident) -> None:
        """An open alert belongs to another open incident now."""
        self._of_alert[alert.id] = incident

    def over_with_them(self) -> list[Incident]:
        """Return the emptied incidents of which every alert is over by now."""
        emptied = [each for each in self._open.values() if each.emptied and each.left]
        return [each for each in emptied if not each.left.keys() & self._of_alert.keys()]

    def close(self, incident: Incident) -> None:
        """A named person closed it."""
        incident.closed = True
        self._open.pop(incident.id, None)
        self.ends.note(incident)
        for alert in incident.alerts.values():
            if self._of_alert.pop(alert.id, None):
                self._open_alerts[alert.unit] -= 1

    def _owner(self, alert: AlertId) -> UnitId | None:
        if incident := self._of_alert.get(alert):
            return incident.alerts[alert].unit
        ended = self.ends.of(alert)
        return ended.unit if ended else None

    def _known(self, incident: Incident, alert: Alert, claim: IncomingAlert, now: Now) -> Placement:
        looks_otherwise = alert.learn(claim)
        earlier = alert.pressed_earlier(claim.pressed)
        if claim.further:
            earlier = alert.date(claim.further) or earlier
        if claim.presses <= alert.presses:
            incident.changes += earlier
            if earlier:
                return Placement(incident, alert, "earlier")
            return Placement(incident, alert, "evidence" if looks_otherwise else "repeat")
        incident.press_again(alert, claim.presses, now, claim.doubts)
        return Placement(incident, alert, "again")

    def _take_folded(self, folded: Folded, claim: IncomingAlert, now: Now) -> Placement | SaveAlert:
        """A repeat of an id that stands for a press of another alert: that one is answered for."""
        if incident := self._of_alert.get(folded.into):
            return Placement(incident, incident.alerts[folded.into], "repeat")
        return saved_alert(first_alert(replace(claim, id=folded.into), now), _NONE)

    def _current(self, claim: IncomingAlert, now: Monotonic) -> Incident | None:
        if claim.mode == TEST:
            return None
        near = (each for each in self._open.values() if now - each.news_at <= self._join)
        near = (each for each in near if each.mode == claim.mode and not each.is_past)
        near = (each for each in near if each.has_room_for(claim.unit))
        return max(near, key=lambda each: each.news_at, default=None)

    def _open_after(self, claim: IncomingAlert, now: Now) -> Incident:
        """Open an incident: after all clear that which comes after the one that is clear."""
        clear = [each for each in self._open.values() if each.all_clear and each.mode == LIVE]
        if claim.mode != LIVE or not clear or self.ends.of(claim.id):
            return self._open_with(claim, now)
        before = max(clear, key=lambda each: each.news_at)
        names = (incident_after(before.reported_as, number) for number in count(1))
        free = (
            each for each in names if each not in self._open and not self.ends.has_incident(each)
        )
        incident = Incident(next(free), opened_at=now.wall, news_at=now.mono)
        self._open[incident.id] = incident
        return incident

    def _open_with(self, claim: IncomingAlert, now: Now) -> Incident:
        closed = self.ends.presses(claim.id)
        incident = open_incident(self._site, claim.id, closed, now)
        if self.bears(incident.id):  # the other gateway's name for another one of these
            incident = open_incident(self._site, claim.id, closed + claim.presses, now)
        self._open[incident.id] = incident
        return incident
