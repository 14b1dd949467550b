"""Carries alerts from one incident to the other, and has endpoints, disk and cameras follow.  Pure.

No move ends, answers or delivers anything.  What an endpoint is owed of an alert it is owed with
its new incident.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Effect, SaveEvent, SaveMark, SaveMove
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import moved
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.registry import Incidents
from gateway.core.incidents.timeline import Event
from gateway.core.pictures.schedule import SnapshotSchedule
from gateway.core.values import Now
from wire.ids import AlertId, Monotonic, RoomId, SiteId
from wire.limits import LONGEST_TEXT
from wire.marks import Mark
from wire.moves import Move
from wire.stage import Stage

_MOST_NAMED: Final = 12
_LONG_AGO: Final = Monotonic(0.0)


class AlertCarrier:
    """Puts alerts where moves say."""

    def __init__(
        self, site: SiteId, incidents: Incidents, outbox: Outbox, snapshots: SnapshotSchedule
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._snapshots = snapshots

    def make(self, moves: Mapping[AlertId, Move], line: Event, now: Now) -> list[Effect]:
        """Carry out moves that are made here, and know with which change that was told."""
        work = self.carry(moves, line, now)
        for incident in self._incidents.all_open():
            for name in moves.keys() & incident.moves.keys():
                incident.made[name] = incident.changes
        return work

    def carry(self, moves: Mapping[AlertId, Move], line: Event, now: Now) -> list[Effect]:
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
            source.moved_by(name, move)
            target.moved_by(name, move)
            if source is not target:
                arrived.append(self._take_along(source.alerts[name], source, target, now))
        if arrived:
            target.in_order()
            told = replace(line, text=_words(arrived, line.text))
            for incident in touched.values():
                work += self._noted(incident, target, told)
        for incident in touched.values():
            self._outbox.tell_again(incident, now)
        there = {name: target.alerts[name].presses for name in moves if name in target.alerts}
        return [*work, *moved(self._site, move, there)]

    def _noted(self, incident: Incident, target: Incident, line: Event) -> list[Effect]:
        """Write the line of the timeline into one of the incidents concerned."""
        marks: list[Mark] = []
        if incident.emptied:
            # Who follows the joined incident sees where the threat was in both.
            marks = target.learn_marks(incident.marks)
        self._end_if_over(incident)
        incident.note(line)
        saved = [SaveMark(target.id, mark) for mark in marks]
        return [*saved, _saved(incident, line), incident.head()]

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

    def _take_along(self, alert: Alert, source: Incident, target: Incident, now: Now) -> Alert:
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
