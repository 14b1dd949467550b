"""Moves alerts from one open incident to another: when a person splits or joins, when the other
gateway says that one did, and when somebody presses again after all clear.  Pure.

Rule 1: of all moves of an alert the one with the highest number is true (wire/moves.py), whether it
        was made here or is told.  One that is made here is above every version of the incident
        that it concerns: a crash, and a clock that is set back, may hide moves that were told, but
        reports go on above those that told of them (incidents/version.py).  What an endpoint
        turns out to hold beyond that is compared (held_moves.py).
Rule 2: nothing is moved into an incident that is over, nor stays in one.  If the other gateway has
        it there, for it has not heard of that end, a move with a higher number puts the alert into
        an incident of its own, or into that which it has opened here since.
"""

from collections.abc import Iterable, Mapping

from gateway.core.carrying import AlertCarrier
from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Announce, Effect, SaveIncident, SaveMove
from gateway.core.events import OperatorActed
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import moved
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.opening import incident_apart, open_incident
from gateway.core.incidents.registry import Incidents
from gateway.core.incidents.timeline import Event
from gateway.core.pictures.schedule import SnapshotSchedule
from gateway.core.values import Now
from wire.answers import GOES_ON
from wire.ids import UUID, AlertId, IncidentId, SiteId
from wire.limits import MOST_ALERTS
from wire.messages import IncidentEvent
from wire.modes import LIVE
from wire.moves import Move, made_again, newer, next_move
from wire.stage import Answer, Stage


class AlertMoves:
    """Says by which move an alert goes where; `carrying.py` carries it out."""

    def __init__(
        self, site: SiteId, incidents: Incidents, outbox: Outbox, snapshots: SnapshotSchedule
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._carrier = AlertCarrier(site, incidents, outbox, snapshots)

    def acted(self, source: Incident, taken: OperatorActed, now: Now) -> list[Effect]:
        """A named person moves the alerts that they named to the incident `taken.detail`.

        A join goes to what is open, a split to an incident of its own; else nothing is done.  That
        a split leaves something behind is asked where the person looks at it (a page, a command):
        a crash may lose what was there, and a split that was told is asked for again.
        """
        seen = taken.seen or {}
        still = (name for name, each in source.alerts.items() if each.stage is not Stage.CLOSED)
        names = [name for name in still if name in seen]
        target = self._incidents.known_as(IncidentId(taken.detail), ())
        joins = taken.what == "join"
        if not names or not UUID.fullmatch(taken.detail) or target is source:
            return []
        if joins != bool(target and target.alerts):
            return []
        if target and len(target.alerts) + len(names) > MOST_ALERTS:
            return []
        to = target.reported_as if target else IncidentId(taken.detail)
        move = self._next(source, names, to, taken.by, now)
        line = Event(now.wall, taken.what, taken.by, taken.text, side=taken.side)
        return self._carrier.make(dict.fromkeys(names, move), line, now)

    def acted_elsewhere(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """The other gateway says where these alerts belong."""
        if not news.move or news.source is None:
            return []
        told = Move(news.move, news.incident, news.source, news.by, news.at)
        target = self._incidents.get(told.to)
        what = ("join" if target and target.alerts else "split") if told.by else GOES_ON
        side = Answer.SCHOOL if told.by else Answer.NONE
        line = Event(told.at, what, told.by, side=side)
        return self.learn(told, (name for name, _ in news.alerts), line, now)

    def learn(self, told: Move, names: Iterable[AlertId], line: Event, now: Now) -> list[Effect]:
        """Somebody else says where these alerts belong."""
        here = {
            name: told
            for name in names
            if (incident := self._incidents.of_alert(name))
            and newer(incident.moves.get(name), told) != incident.moves.get(name)
        }
        if not here:
            return []
        is_over = self._incidents.ends.has_incident(told.to)
        if is_over and self._incidents.known_as(told.to, ()) is None:
            return self._apart(here, now)
        return self._carrier.carry(here, line, now)

    def named_elsewhere(self, news: IncidentEvent) -> list[SaveIncident]:
        """The other gateway holds these alerts: report under its id, if we have not begun to.

        Never under one that is over here: what is still told of that end would hide what is open.
        The name is kept at once: moves to it are meant for this incident after a start, too.
        """
        named: list[SaveIncident] = []
        if self._incidents.ends.has_incident(news.incident):
            return named
        for alert, _ in news.alerts:
            incident = self._incidents.of_alert(alert)
            begun = not incident or incident.version or incident.moves
            if incident and not begun and not self._incidents.bears(news.incident):
                incident.name = news.incident
                named.append(incident.head())
        return named

    def before(self, claim: IncomingAlert, now: Now) -> list[Effect]:
        """Somebody presses again after a person said all clear: that is another incident.

        To be called before such a press is taken in; for every other one there is nothing to do.
        """
        incident = self._incidents.of_alert(claim.id)
        if incident is None or not incident.all_clear:
            return []
        alert = incident.alerts[claim.id]
        if claim.presses <= alert.presses:
            return []
        to = open_incident(self._site, alert.id, alert.presses, now).id
        move = self._next(incident, [alert.id], to, "", now)
        return self._carrier.make({alert.id: move}, Event(now.wall, GOES_ON), now)

    def placed(self, incident: Incident, alert: Alert, now: Now) -> list[Effect]:
        """A new alert was put into one of several open incidents: say which, with a number, for the
        other gateway may have chosen another one.
        """
        above = self._incidents.placed_by(alert.id) if incident.mode == LIVE else None
        return [] if above is None else self._say(incident, alert, above, now)

    def _say(self, incident: Incident, alert: Alert, above: int, now: Now) -> list[Effect]:
        """Say by a move of its own where an alert is."""
        here = incident.reported_as
        move = next_move(above, incident.version, here, here, "", now.wall)
        incident.moved_by(alert.id, move)
        incident.made[alert.id] = incident.changes
        saved = SaveMove(alert.id, move, incident.id, incident.id)
        return [saved, *moved(self._site, move, {alert.id: alert.presses})]

    def differs(
        self, incident: Incident, alert: Alert, told_as: IncidentId, now: Now
    ) -> list[Effect]:
        """The other gateway has an alert in the incident `told_as`, which may be another one: then
        it is said where the alert is here, unless a move says so already.  One that is over here is
        another one for certain.
        """
        if told_as == incident.reported_as or alert.id in incident.moves:
            return []
        above = self._incidents.placed_by(alert.id)
        if above is None and not self._incidents.ends.has_incident(told_as):
            return []
        self._outbox.tell_again(incident, now)
        return self._say(incident, alert, above or 0, now)

    def make_again(self, alert: AlertId, above: int, now: Now) -> list[Effect]:
        """Move an alert to where it is, above what a report up to the version `above` may have
        told.
        """
        incident = self._incidents.of_alert(alert)
        move = incident.moves.get(alert) if incident else None
        if move is None:
            return []
        again = {alert: made_again(move, above)}
        return self._carrier.make(again, Event(now.wall, GOES_ON), now)

    def facts(self, incident: Incident, names: Iterable[AlertId]) -> list[Announce]:
        """Say to the other gateway by which moves alerts came here."""
        work: list[Announce] = []
        alike: dict[Move, dict[AlertId, int]] = {}
        for name in names:
            if (move := incident.moves.get(name)) and name in incident.alerts:
                alike.setdefault(move, {})[name] = incident.alerts[name].presses
        for move, alerts in alike.items():
            work += moved(self._site, move, alerts)
        return work

    def _next(
        self, source: Incident, names: Iterable[AlertId], to: IncidentId, by: str, now: Now
    ) -> Move:
        known = (source.moves[name].number for name in names if name in source.moves)
        newest = max(known, default=0)
        return next_move(newest, source.version, to, source.reported_as, by, now.wall)

    def _apart(self, told: Mapping[AlertId, Move], now: Now) -> list[Effect]:
        """What these alerts were moved to is over here."""
        work: list[Effect] = []
        for name, move in told.items():
            to = incident_apart(self._site, name, move.number)
            apart = next_move(move.number, 0, to, move.to, "", now.wall)
            work += self._carrier.make({name: apart}, Event(now.wall, "split"), now)
        return work
