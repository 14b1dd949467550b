"""What a start takes up: all that is not over yet, and what is known of the rest.

Inside a transaction, or on a connection of its own.
"""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from gateway.core.incidents.alert import Alert
from gateway.core.incidents.ends import MOST_ENDED
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.placement import Closed
from gateway.core.incidents.presses import known_presses
from gateway.core.incidents.timeline import Event
from gateway.core.values import Room
from gateway.store import ended_alerts, exercises, moves, presses
from gateway.store.marks import marks_of
from gateway.store.receipts import receipts_of
from gateway.store.values import read_answer, read_doubts, read_evidence, read_stage
from wire.exercise import Exercise
from wire.ids import AlertId, EndpointName, ExerciseId, IncidentId, Monotonic, UnitId, Wall
from wire.modes import read_mode
from wire.stage import Stage
from wire.timeline import IN_BOOKS, ON_PAGES

_DAY: Final = 86_400.0
# What no report tells.
_UNTOLD: Final = ON_PAGES.keys() | IN_BOOKS.keys()


_NOT_OVER: Final = (
    "SELECT id, opened_at, version, status, link, disposition, name, mode, exercise FROM incident"
    " WHERE status <> 'closed'"
)
_ALERTS: Final = "SELECT * FROM alert WHERE incident = ? ORDER BY received_at"
_LINES: Final = "SELECT at, what, by, text, side FROM event WHERE incident = ?"
_CLOSED: Final = (
    "SELECT alert.id, unit, presses, EXISTS (SELECT 1 FROM move WHERE move.alert = alert.id), mode"
    " FROM alert LEFT JOIN incident ON incident.id = alert.incident WHERE stage = 6"
    " ORDER BY received_at DESC LIMIT ?"
)
_ENDED: Final = (
    "SELECT id, name FROM incident WHERE status <> 'active' ORDER BY opened_at DESC LIMIT ?"
)


class SavedState(NamedTuple):
    """What the disk held at a start; `ended` are the names of incidents that persons closed, and
    `closed` their alerts, both with the oldest first.  `exercises` are those of the last day.
    """

    incidents: list[Incident]
    closed: dict[AlertId, Closed]
    receipts: dict[EndpointName, set[AlertId]]
    ended: tuple[IncidentId, ...] = ()
    exercises: Sequence[Exercise] = ()


def held(db: sqlite3.Connection, endpoints: Iterable[EndpointName], now: Monotonic) -> SavedState:
    """Return whole what is not over yet, and what is known of the rest."""
    incidents = [_incident(row, now) for row in db.execute(_NOT_OVER)]
    for incident in incidents:
        _fill(db, incident, now)
    receipts = {endpoint: _taken_by(endpoint, incidents) for endpoint in endpoints}
    closed = reversed(db.execute(_CLOSED, (MOST_ENDED,)).fetchall())
    of_units = {
        AlertId(name): Closed(
            UnitId(unit),
            presses,
            move=moves.newest(db, AlertId(name)) if was_moved else None,
            mode=read_mode(mode),
        )
        for name, unit, presses, was_moved, mode in closed
    }
    ended = reversed(db.execute(_ENDED, (MOST_ENDED,)).fetchall())
    names = tuple(name for row in ended for name in row if name)
    of_today = exercises.since(db, Wall(time.time() - _DAY))
    return SavedState(incidents, of_units, receipts, names, of_today)


def _incident(row: tuple[Any, ...], now: Monotonic) -> Incident:
    own, at, version, status, link, disposition, name, mode, exercise = row
    return Incident(
        IncidentId(own),
        Wall(at),
        now,
        version=version,
        closed=status == "closing",
        link=link,
        disposition=disposition,
        name=IncidentId(name) if name else None,
        mode=read_mode(mode),
        exercise=ExerciseId(exercise),
    )


def _fill(db: sqlite3.Connection, incident: Incident, now: Monotonic) -> None:
    """Give an incident its alerts, its lines, its receipts and its marks."""
    for row in db.execute(_ALERTS, (incident.id,)):
        alert = _alert(row, now)
        alert.further = known_presses(presses.further_of(db, alert.id))
        incident.alerts[alert.id] = alert
    for count, row in ended_alerts.rows(db, incident.id) if incident.closed else ():
        alert = replace(_alert(row, now), presses=count, stage=Stage.CLOSED)
        alert.further = known_presses(presses.further_of(db, alert.id, upto=count))
        incident.alerts[alert.id] = alert
    for row in moves.left(db, incident.id):
        alert = _alert(row, now)
        if alert.id not in incident.alerts:
            alert.further = known_presses(presses.further_of(db, alert.id))
            incident.left[alert.id] = alert
    for alert in incident.alerts.values():
        alert.mode = incident.mode
        # Of a single press what is known of it was told once it was over.
        alert.let_go = int(alert.evidence is not None and alert.presses == 1)
    for name in (*incident.alerts, *incident.left):
        if move := moves.newest(db, name):
            incident.moves[name] = move
    lines = [
        Event(Wall(at), what, by, text, side=read_answer(side))
        for at, what, by, text, side in db.execute(_LINES, (incident.id,))
    ]
    incident.events += [line for line in lines if line.what not in _UNTOLD]
    incident.receipts = receipts_of(db, incident.id)
    incident.marks = marks_of(db, incident.id)


def _taken_by(endpoint: EndpointName, incidents: Iterable[Incident]) -> set[AlertId]:
    """The alerts that an endpoint has with all their presses."""
    return {
        name
        for incident in incidents
        for name, receipt in incident.receipts.get(endpoint, {}).items()
        if name in incident.alerts and receipt.presses >= incident.alerts[name].presses
    }


def _alert(row: tuple[object, ...], now: Monotonic) -> Alert:
    name, _, kind, unit, room, title, floor, building, pressed, received, *facts = row
    count, doubts, stage, answer, cleared, *evidence = facts
    return Alert(
        AlertId(str(name)),
        str(kind),
        UnitId(str(unit)),
        Room(str(room), str(title), str(floor), str(building)),
        Wall(float(str(pressed))),
        Wall(float(str(received))),
        int(str(count)),
        read_doubts(str(doubts)),
        now,
        read_stage(int(str(stage))),
        held=True,
        answer=read_answer(int(str(answer))),
        cleared=int(str(cleared)),
        evidence=read_evidence(*evidence),
    )
