"""Which incident an alert belongs to.  Pure.

An alert joins the open incident that had news last, if that is not too long ago; else it opens one.
What a person closed stays known, so that a repeat, or a replay, raises nothing twice.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from gateway.incident import Alert, Incident, open_incident
from gateway.intake import UNREADABLE, Claim
from gateway.work import KeepAlert, Now
from wire.ids import AlertId, IncidentId, Monotonic, Seconds, SiteId
from wire.stage import Stage


class Taken(NamedTuple):
    """An alert in its incident; `new` and `again` are news, a `repeat` is none."""

    incident: Incident
    alert: Alert
    what: Literal["new", "again", "repeat"]


class Incidents:
    """The open incidents of one site."""

    def __init__(self, site: SiteId, join: Seconds) -> None:
        self._site = site
        self._join = join
        self._open: dict[IncidentId, Incident] = {}
        self._of_alert: dict[AlertId, Incident] = {}
        self._closed: dict[AlertId, int] = {}

    def restore(self, incidents: list[Incident], closed: Mapping[AlertId, int]) -> None:
        """Take up what the disk held at start: open incidents, and the presses of closed alerts."""
        self._closed.update(closed)
        for incident in incidents:
            if incident.closed:
                continue
            self._open[incident.id] = incident
            self._of_alert.update(dict.fromkeys(incident.alerts, incident))

    def get(self, incident: IncidentId) -> Incident | None:
        """Return an open incident by its id."""
        return self._open.get(incident)

    def of_alert(self, alert: AlertId) -> Incident | None:
        """Return the open incident that holds `alert`."""
        return self._of_alert.get(alert)

    def stage_of(self, alert: AlertId) -> tuple[AlertId, Stage, int] | None:
        """Return how far an alert got, with its presses; None if the disk does not have it."""
        if incident := self._of_alert.get(alert):
            known = incident.alerts[alert]
            return (alert, known.stage, known.presses) if known.held else None
        if alert in self._closed:
            return alert, Stage.CLOSED, self._closed[alert]
        return None

    def all_open(self) -> list[Incident]:
        """Return the open incidents, oldest first."""
        return list(self._open.values())

    def knows(self, claim: Claim) -> bool:
        """True for a repeat or a replay: nothing in it is news."""
        incident = self._of_alert.get(claim.id)
        known = incident.alerts[claim.id].presses if incident else self._closed.get(claim.id, 0)
        return claim.presses <= known

    def take(self, claim: Claim, now: Now) -> Taken | KeepAlert:
        """Put an alert where it belongs; a repeat of a closed one only asks the disk to answer."""
        incident = self._of_alert.get(claim.id)
        if incident:
            return self._known(incident, incident.alerts[claim.id], claim, now)
        if claim.presses <= self._closed.get(claim.id, 0):
            return _ask_the_disk(claim, now)
        incident = self._current(now.mono) or self._open_with(claim, now)
        same = _unreadable_before(incident, claim)
        if same:
            return Taken(incident, same, "repeat")
        alert = incident.add(claim, now)
        self._of_alert[alert.id] = incident
        return Taken(incident, alert, "new")

    def close(self, incident: Incident) -> None:
        """A named person closed it."""
        incident.closed = True
        self._open.pop(incident.id, None)
        for alert in incident.alerts.values():
            self._of_alert.pop(alert.id, None)
            self._closed[alert.id] = alert.presses

    def _known(self, incident: Incident, alert: Alert, claim: Claim, now: Now) -> Taken:
        if claim.presses <= alert.presses:
            return Taken(incident, alert, "repeat")
        incident.press_again(alert, claim.presses, now, claim.doubts)
        return Taken(incident, alert, "again")

    def _current(self, now: Monotonic) -> Incident | None:
        near = [each for each in self._open.values() if now - each.news_at <= self._join]
        return max(near, key=lambda each: each.news_at, default=None)

    def _open_with(self, claim: Claim, now: Now) -> Incident:
        incident = open_incident(self._site, claim.id, self._closed.get(claim.id, 0), now)
        self._open[incident.id] = incident
        return incident


def _unreadable_before(incident: Incident, claim: Claim) -> Alert | None:
    """A unit that goes on talking rubbish is one alert in an incident, not thousands."""
    if UNREADABLE not in claim.doubts:
        return None
    return next(
        (
            alert
            for alert in incident.alerts.values()
            if alert.unit == claim.unit and UNREADABLE in alert.doubts
        ),
        None,
    )


def _ask_the_disk(claim: Claim, now: Now) -> KeepAlert:
    return KeepAlert(
        claim.id,
        IncidentId(""),
        claim.kind,
        claim.unit,
        claim.room,
        claim.pressed_at,
        now.wall,
        claim.presses,
        claim.doubts,
    )
