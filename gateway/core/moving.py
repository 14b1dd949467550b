"""Moves alerts from one open incident to another: when a person splits or joins, when the other
gateway says that one did, and when somebody presses again after all clear.  Pure.

Rule 1: of all moves of an alert the one with the highest number is true (wire/moves.py), whether it
        was made here or is told.  One that is made here is above every version of the incident
        that it concerns: a crash, and a clock that is set back, may hide moves that were told, but
        reports go on above those that told of them (incidents/version.py).
Rule 2: no move ends, answers or delivers anything.  What an endpoint is owed of an alert it is owed
        with its new incident.
Rule 3: nothing is moved into an incident that is over.  If the other gateway did so before it heard
        of that end, a move with a higher number puts the alert into one of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Announce, Effect, SaveEvent, SaveMark, SaveMove
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
from wire.ids import UUID, AlertId, IncidentId, Monotonic, RoomId, SiteId
from wire.limits import LONGEST_TEXT, MOST_ALERTS
from wire.messages import IncidentEvent
from wire.moves import Move, newer, next_move
from wire.stage import Answer, Stage

_MOST_NAMED: Final = 12
_LONG_AGO: Final = Monotonic(0.0)


class AlertMoves:
    """Puts alerts where the newest move says, and has endpoints, disk and cameras follow."""

    def __init__(
        self, site: SiteId, incidents: Incidents, outbox: Outbox, snapshots: SnapshotSchedule
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._snapshots = snapshots

    def acted(self, source: Incident, taken: OperatorActed, now: Now) -> list[Effect]:
        """A named person moves the alerts that they named to the incident `taken.detail`.

        A split leaves at least one alert behind, and a join goes to what is open; else nothing is
        done.
        """
        seen = taken.seen or {}
        still = [name for name, each in source.alerts.items() if each.stage is not Stage.CLOSED]
        names = [name for name in still if name in seen]
        target = self._incidents.known_as(IncidentId(taken.detail), ())
        joins = taken.what == "join"
        if not names or not UUID.fullmatch(taken.detail) or target is source:
            return []
        if joins != bool(target and target.alerts):
            return []
        if not joins and len(names) == len(still):
            return []
        if target and len(target.alerts) + len(names) > MOST_ALERTS:
            return []
        to = target.reported_as if target else IncidentId(taken.detail)
        move = self._next(source, names, to, taken.by, now)
        line = Event(now.wall, taken.what, taken.by, taken.text, side=taken.side)
        return self._put(dict.fromkeys(names, move), line, now)

    def acted_elsewhere(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """The other gateway says where these alerts belong."""
        if not news.move or news.source is None:
            return []
        told = Move(news.move, news.incident, news.source, news.by, news.at)
        here = {
            name: told
            for name, _ in news.alerts
            if (incident := self._incidents.of_alert(name))
            and newer(incident.moves.get(name), told) != incident.moves.get(name)
        }
        if not here:
            return []
        if self._incidents.known_as(told.to, ()) is None and self._incidents.has_closed(told.to):
            return self._apart(here, now)
        target = self._incidents.get(told.to)
        what = ("join" if target and target.alerts else "split") if told.by else GOES_ON
        side = Answer.SCHOOL if told.by else Answer.NONE
        return self._put(here, Event(told.at, what, told.by, side=side), now)

    def named_elsewhere(self, news: IncidentEvent) -> None:
        """The other gateway holds these alerts: report under its id, if we have not begun to."""
        for alert, _ in news.alerts:
            incident = self._incidents.of_alert(alert)
            begun = not incident or incident.version or incident.moves
            if incident and not begun and not self._incidents.bears(news.incident):
                incident.name = news.incident

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
        return self._put({alert.id: move}, Event(now.wall, GOES_ON), now)

    def placed(self, incident: Incident, alert: Alert, now: Now) -> list[Effect]:
        """A new alert was put into one of several open incidents: say which, with a number, for the
        other gateway may have chosen another one.
        """
        above = self._incidents.placed_by(alert.id)
        if above is None:
            return []
        here = incident.reported_as
        move = next_move(max(above, incident.version), here, here, "", now.wall)
        incident.moves[alert.id] = move
        saved = SaveMove(alert.id, move, incident.id, incident.id)
        return [saved, *moved(self._site, move, [alert])]

    def differs(
        self, incident: Incident, alert: Alert, told_as: IncidentId, now: Now
    ) -> list[Effect]:
        """The other gateway has an alert in the incident `told_as`, which may be another one: then
        it is said where the alert is here, unless a move says so already.
        """
        if told_as == incident.reported_as or alert.id in incident.moves:
            return []
        if work := self.placed(incident, alert, now):
            self._outbox.tell_again(incident, now)
        return work

    def facts(self, incident: Incident, names: Iterable[AlertId]) -> list[Announce]:
        """Say to the other gateway by which moves alerts came here."""
        work: list[Announce] = []
        alike: dict[Move, list[Alert]] = {}
        for name in names:
            if (move := incident.moves.get(name)) and name in incident.alerts:
                alike.setdefault(move, []).append(incident.alerts[name])
        for move, alerts in alike.items():
            work += moved(self._site, move, alerts)
        return work

    def _next(
        self, source: Incident, names: Iterable[AlertId], to: IncidentId, by: str, now: Now
    ) -> Move:
        known = [source.moves[name].number for name in names if name in source.moves]
        return next_move(max([source.version, *known]), to, source.reported_as, by, now.wall)

    def _apart(self, told: Mapping[AlertId, Move], now: Now) -> list[Effect]:
        """What these alerts were moved to is over here."""
        work: list[Effect] = []
        for name, move in told.items():
            to = incident_apart(self._site, name, move.number)
            apart = next_move(move.number, to, move.to, "", now.wall)
            work += self._put({name: apart}, Event(now.wall, "split"), now)
        return work

    def _put(self, moves: Mapping[AlertId, Move], line: Event, now: Now) -> list[Effect]:
        """Carry out moves of open alerts, all to one incident, and tell everybody."""
        move = next(iter(moves.values()))
        target = self._incidents.known_as(move.to, ()) or self._open(move)
        work, touched, arrived = list[Effect](), {target.id: target}, list[Alert]()
        for name in moves:
            source = self._incidents.of_alert(name)
            if source is None:
                continue
            touched[source.id] = source
            work.append(SaveMove(name, move, target.id, source.id))
            source.moves[name] = target.moves[name] = move
            if source is not target:
                arrived.append(self._carry(source.alerts[name], source, target, now))
        if arrived:
            target.in_order()
            text = _words(arrived, line.text)
            told = Event(line.at, line.what, line.by, text, side=line.side)
            for incident in touched.values():
                if incident.emptied:
                    # Who follows the joined incident sees where the threat was in both.
                    news = target.learn_marks(incident.marks)
                    work += [SaveMark(target.id, mark) for mark in news]
                self._end_if_over(incident)
                incident.note(told)
                work += [_saved(incident, told), incident.head()]
        for incident in touched.values():
            self._outbox.tell_again(incident, now)
        alerts = [target.alerts[name] for name in moves if name in target.alerts]
        return [*work, *moved(self._site, move, alerts)]

    def _end_if_over(self, incident: Incident) -> None:
        """What is left of an incident may be what persons have closed."""
        alerts = incident.alerts.values()
        if alerts and all(each.stage is Stage.CLOSED for each in alerts):
            self._incidents.close(incident)
            self._snapshots.forget(incident.id)

    def _open(self, move: Move) -> Incident:
        incident = Incident(move.to, opened_at=move.at, news_at=_LONG_AGO)
        self._incidents.open(incident)
        return incident

    def _carry(self, alert: Alert, source: Incident, target: Incident, now: Now) -> Alert:
        """Take an alert from one incident to the other."""
        self._outbox.hand_over(alert.id, source, target, now)
        source.left[alert.id] = source.alerts.pop(alert.id)
        target.left.pop(alert.id, None)
        target.alerts[alert.id] = alert
        for each in (source, target):
            heard = (other.heard_at for other in each.alerts.values())
            each.news_at = max(heard, default=each.news_at)
        for endpoint, known in source.receipts.items():
            if alert.id in known:
                target.receipts.setdefault(endpoint, {})[alert.id] = known[alert.id]
        self._incidents.placed(alert, target)
        room = RoomId(alert.room.id)
        if room not in {each.room.id for each in source.alerts.values()}:
            self._snapshots.hand_over(source.id, target.id, {room})
        return alert


def _saved(incident: Incident, line: Event) -> SaveEvent:
    return SaveEvent(incident.id, line.at, line.what, line.by, line.text, line.side)


def _words(alerts: Iterable[Alert], note: str) -> str:
    """The rooms that were moved, and what the person says of it."""
    rooms = list(dict.fromkeys(alert.room.id for alert in alerts))
    more = f" and {len(rooms) - _MOST_NAMED} more" if len(rooms) > _MOST_NAMED else ""
    named = f"{'room' if len(rooms) == 1 else 'rooms'} {', '.join(rooms[:_MOST_NAMED])}{more}"
    return (f"{named}: {note}" if note else named)[:LONGEST_TEXT]
