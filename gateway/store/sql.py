"""The gateway's SQL: work values to rows, rows to what a start takes up.  No threads, no waiting.

Runs inside a transaction that `store` owns.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Final

from gateway.core.effects import (
    Save,
    SaveAlert,
    SaveAnswer,
    SaveCleared,
    SaveClosed,
    SaveDone,
    SaveEvent,
    SaveExercise,
    SaveIncident,
    SaveMark,
    SaveMove,
    SaveReceipt,
    SaveTrouble,
)
from gateway.core.events import StoredState
from gateway.store import asked_actions, ended_alerts, exercises, marks, moves, presses
from gateway.store.values import read_answer, read_stage
from wire.ids import AlertId, UnitId, Wall

_INCIDENT: Final = (
    "INSERT INTO incident VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
    " version = max(version, excluded.version), link = max(link, excluded.link),"
    " disposition = iif(excluded.disposition = '', disposition, excluded.disposition),"
    " name = iif(excluded.name = '', name, excluded.name),"
    " mode = CASE WHEN 'live' IN (mode, excluded.mode) THEN 'live'"
    " WHEN 'drill' IN (mode, excluded.mode) THEN 'drill' ELSE 'test' END,"
    " exercise = iif(exercise = '', excluded.exercise, exercise),"
    " status = iif(status = 'closed' OR excluded.status = 'active', status, excluded.status)"
)
# The same press again may say that it was earlier; a further one starts anew, and on
# a closed alert it belongs to the incident that it opened.  Without an incident it is a question.
# What nobody doubted may be doubted later, and a doubt is never taken back.
_ALERT: Final = (
    "INSERT INTO alert VALUES (?,?,?,?,?,?,?,?,?,?,?,?,3,0,0,NULL,NULL,NULL)"
    " ON CONFLICT (id) DO UPDATE SET"
    " stage = iif(excluded.presses > presses, 3, stage),"
    " answer = iif(excluded.presses > presses, 0, answer),"
    " incident = iif(excluded.presses > presses, excluded.incident, incident),"
    " doubts = iif(excluded.presses > presses OR doubts = '[]', excluded.doubts, doubts),"
    " presses = max(presses, excluded.presses), pressed_at = min(pressed_at, excluded.pressed_at)"
    " WHERE excluded.presses > presses"
    " OR excluded.incident <> ''"
    " AND (excluded.pressed_at < pressed_at OR doubts = '[]' AND excluded.doubts <> '[]')"
)
_EVIDENCE: Final = (
    "UPDATE alert SET held = max(ifnull(held, 0), ?2), bounces = max(ifnull(bounces, 0), ?3),"
    " uptime = min(ifnull(uptime, ?4), ?4) WHERE id = ?1"
)
_RECEIPT: Final = "INSERT OR IGNORE INTO receipt VALUES (?,?,?,?,?)"
_SENT: Final = "UPDATE alert SET stage = max(stage, 4) WHERE id = ? AND presses <= ?"
_ANSWER: Final = "UPDATE alert SET answer = max(answer, ?) WHERE id = ?"
_CLEARED: Final = "UPDATE alert SET cleared = max(cleared, ?) WHERE id = ?"
_CLOSED: Final = "UPDATE alert SET stage = 6 WHERE id = ?"
# What is said once of a press, or of a link, stays as it was said first.
_EVENT: Final = "INSERT OR IGNORE INTO event VALUES (?,?,?,?,?,?,?,?)"
_OF_COLUMNS: Final = {SaveIncident: _INCIDENT, SaveEvent: _EVENT}
_TROUBLE: Final = (
    "INSERT INTO trouble VALUES (?,?,?,?) ON CONFLICT (name, started) DO UPDATE SET"
    " detail = excluded.detail, ended = excluded.ended"
)


def write(db: sqlite3.Connection, work: Collection[Save]) -> None:
    """Write all of `work` in its order; marks and exercises, which have none, come at the end."""
    for each in work:
        match each:
            case SaveAlert():
                _write_alert(db, each)
            case SaveReceipt(endpoint, number, alerts, at):
                db.executemany(_RECEIPT, [(endpoint, a, n, number, at) for a, n in alerts])
                db.executemany(_SENT, alerts)
            case SaveAnswer() | SaveClosed() | SaveCleared() | SaveMove() | SaveDone():
                _write_deed(db, each)
            case SaveIncident() | SaveEvent():
                db.execute(_OF_COLUMNS[type(each)], each)
            case SaveTrouble(name, detail, started, ended):
                db.execute(_TROUBLE, (name, started, detail, ended))
    exercises.keep(db, [each.exercise for each in work if isinstance(each, SaveExercise)])
    marks.keep(db, [each for each in work if isinstance(each, SaveMark)])


def _write_alert(db: sqlite3.Connection, alert: SaveAlert) -> None:
    ended_alerts.keep(db, alert)
    db.execute(_ALERT, _alert_row(alert))
    if not alert.incident:
        return
    if alert.further:
        presses.keep(db, alert.id, alert.further)
    if told := alert.evidence:
        db.execute(_EVIDENCE, (alert.id, told.held, told.bounces, told.uptime))


def _write_deed(
    db: sqlite3.Connection, deed: SaveAnswer | SaveClosed | SaveCleared | SaveMove | SaveDone
) -> None:
    match deed:
        case SaveMove():
            moves.keep(db, deed)
        case SaveClosed(alerts):
            db.executemany(_CLOSED, [(alert,) for alert in alerts])
        case SaveCleared(counted):
            db.executemany(_CLEARED, [(presses, alert) for alert, presses in counted])
        case SaveAnswer(alerts, answer):
            db.executemany(_ANSWER, [(answer, alert) for alert in alerts])
        case SaveDone(action):
            asked_actions.is_done(db, action)


def ended_troubles(db: sqlite3.Connection, now: Wall) -> list[SaveTrouble]:
    """Return the end of what stood when the gateway last ended: what still stands is told anew."""
    rows = db.execute("SELECT name, detail, started FROM trouble WHERE ended IS NULL")
    return [SaveTrouble(name, detail, Wall(at), Wall(max(at, now))) for name, detail, at in rows]


def states(db: sqlite3.Connection, alerts: Iterable[AlertId]) -> tuple[StoredState, ...]:
    """Return what the disk says of `alerts`."""
    rows = db.execute(
        "SELECT id, unit, stage, answer, presses FROM alert"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(alerts)),),
    )
    return tuple(
        StoredState(AlertId(name), UnitId(unit), read_stage(stage), read_answer(answer), presses)
        for name, unit, stage, answer, presses in rows
    )


def _alert_row(alert: SaveAlert) -> tuple[str | float | int, ...]:
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
