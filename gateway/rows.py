"""The gateway's SQL: work values to rows, rows to what a start takes up.  No threads, no waiting.

Runs inside a transaction that `store` owns.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.actions import ACTIONS, UNTOLD
from gateway.incident import Alert, Event, Incident
from gateway.work import (
    ActionTaken,
    Keep,
    KeepAlert,
    KeepEvent,
    KeepIncident,
    KeepReceipt,
    KeepStage,
    KeepTrouble,
    Room,
)
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, UnitId, Wall
from wire.stage import Stage

_INCIDENT: Final = (
    "INSERT INTO incident VALUES (?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
    " version = max(version, excluded.version), link = max(link, excluded.link),"
    " status = iif(status = 'closed' OR excluded.status = 'active', status, excluded.status)"
)
# The same press again changes nothing; a further one starts a climb of its own, and on a closed
# alert it belongs to the incident that it opened.
_ALERT: Final = (
    "INSERT INTO alert VALUES (?,?,?,?,?,?,?,?,?,?,?,?,3) ON CONFLICT (id) DO UPDATE SET"
    " stage = 3, incident = excluded.incident, presses = excluded.presses,"
    " doubts = excluded.doubts"
    " WHERE excluded.presses > presses"
)
_RECEIPT: Final = (
    "INSERT INTO receipt VALUES (?,?,?,?,?) ON CONFLICT (endpoint, alert) DO UPDATE SET"
    " presses = max(presses, excluded.presses)"
)
_SENT: Final = "UPDATE alert SET stage = max(stage, 4) WHERE id = ? AND presses <= ?"
_STAGE: Final = "UPDATE alert SET stage = max(stage, ?) WHERE id = ?"
_EVENT: Final = "INSERT INTO event VALUES (?,?,?,?,?)"
_TROUBLE: Final = (
    "INSERT INTO trouble VALUES (?,?,?,?) ON CONFLICT (name, started) DO UPDATE SET"
    " detail = excluded.detail, ended = excluded.ended"
)
# Ids of closed alerts that are still known after a start, against replays: some 15 MB at most.
_MOST_CLOSED: Final = 100_000
# At one look, so that no crowd of viewers holds the loop.
_MOST_ACTIONS: Final = 50


class Held(NamedTuple):
    """What the disk held at a start."""

    incidents: list[Incident]
    closed: dict[AlertId, int]
    receipts: dict[EndpointName, set[AlertId]]


def write(db: sqlite3.Connection, work: Iterable[Keep]) -> None:
    """Write all of `work` in its order."""
    for each in work:
        match each:
            case KeepAlert():
                db.execute(_ALERT, _alert_row(each))
            case KeepIncident():
                db.execute(_INCIDENT, each)
            case KeepReceipt(endpoint, number, alerts, at):
                db.executemany(_RECEIPT, [(endpoint, a, n, number, at) for a, n in alerts])
                db.executemany(_SENT, alerts)
            case KeepStage(alerts, stage):
                db.executemany(_STAGE, [(stage, alert) for alert in alerts])
            case KeepEvent():
                db.execute(_EVENT, each)
            case KeepTrouble(name, detail, started, ended):
                db.execute(_TROUBLE, (name, started, detail, ended))


def ended_troubles(db: sqlite3.Connection, now: Wall) -> list[KeepTrouble]:
    """Return the end of what stood when the gateway last ended: what still stands is told anew."""
    rows = db.execute("SELECT name, detail, started FROM trouble WHERE ended IS NULL")
    return [KeepTrouble(name, detail, Wall(at), Wall(max(at, now))) for name, detail, at in rows]


def stages(
    db: sqlite3.Connection, alerts: Iterable[AlertId]
) -> tuple[tuple[AlertId, UnitId, Stage, int], ...]:
    """Return what the disk says of `alerts`."""
    rows = db.execute(
        "SELECT id, unit, stage, presses FROM alert WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(alerts)),),
    )
    return tuple((AlertId(a), UnitId(unit), Stage(stage), n) for a, unit, stage, n in rows)


def new_actions(db: sqlite3.Connection) -> list[ActionTaken]:
    """Return what named persons asked for since the last look, and mark it as heard."""
    rows = db.execute(
        "SELECT id, incident, what, by, text, seen FROM action WHERE done = 0 ORDER BY id LIMIT ?",
        (_MOST_ACTIONS,),
    ).fetchall()
    if rows:
        db.execute("UPDATE action SET done = 1 WHERE done = 0 AND id <= ?", (rows[-1][0],))
    known = [row for row in rows if row[2] in ACTIONS]
    return [
        ActionTaken(IncidentId(incident), what, by, text, json.loads(seen) if seen else None)
        for _, incident, what, by, text, seen in known
    ]


def held(db: sqlite3.Connection, endpoints: Iterable[EndpointName], now: Monotonic) -> Held:
    """Return whole what is not over yet, and what is known of the rest."""
    incidents = {
        name: Incident(IncidentId(name), Wall(at), now, 0, version, status == "closing", link=link)
        for name, at, version, status, link in db.execute(
            "SELECT id, opened_at, version, status, link FROM incident WHERE status <> 'closed'"
        )
    }
    receipts: dict[EndpointName, set[AlertId]] = {name: set() for name in endpoints}
    for name, incident in incidents.items():
        for row in db.execute(
            "SELECT * FROM alert WHERE incident = ? ORDER BY received_at", (name,)
        ):
            alert = _alert(row, now)
            incident.alerts[alert.id] = alert
        events = db.execute("SELECT at, what, by, text FROM event WHERE incident = ?", (name,))
        lines = [Event(Wall(at), what, by, text) for at, what, by, text in events]
        incident.events += [line for line in lines if line.what not in UNTOLD]
        for endpoint, alert_id in db.execute(
            "SELECT endpoint, alert FROM receipt JOIN alert ON alert.id = receipt.alert"
            " WHERE incident = ? AND receipt.presses >= alert.presses",
            (name,),
        ):
            if endpoint in receipts:
                receipts[endpoint].add(AlertId(alert_id))
    closed = db.execute(
        "SELECT id, presses FROM alert WHERE stage = 6 ORDER BY received_at DESC LIMIT ?",
        (_MOST_CLOSED,),
    )
    return Held(list(incidents.values()), {AlertId(a): n for a, n in closed}, receipts)


def _alert_row(alert: KeepAlert) -> tuple[str | float | int, ...]:
    room = alert.room
    return (
        alert.id,
        alert.incident,
        alert.kind,
        alert.unit,
        room.id,
        room.name,
        room.floor,
        room.building,
        alert.pressed_at,
        alert.received_at,
        alert.presses,
        json.dumps(alert.doubts),
    )


def _alert(row: tuple[object, ...], now: Monotonic) -> Alert:
    name, _, kind, unit, room, title, floor, building, pressed, received, presses, doubts, at = row
    return Alert(
        AlertId(str(name)),
        str(kind),
        UnitId(str(unit)),
        Room(str(room), str(title), str(floor), str(building)),
        Wall(float(str(pressed))),
        Wall(float(str(received))),
        int(str(presses)),
        tuple(json.loads(str(doubts))),
        now,
        Stage(int(str(at))),
        held=True,
    )
