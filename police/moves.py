"""Which incident an alert belongs to, where the school has split or joined some.

Rule 1: of all moves of an alert the one with the highest number is true, whichever report told it
        and whenever (wire/moves.py).
Rule 2: a move counts for more than the report that names an alert: that may be of a gateway which
        has not heard of it.  While the incident that it names is not known, the alert stays where
        it was reported, so that it is shown.
Rule 3: a receipt tells its sender which moves are known that its report did not tell: a crash may
        have lost them there.
Rule 4: what is no move is left out, and costs no alert.
"""

import json
import sqlite3
from typing import Final

import wire.moves
from police.receiver import SenderName
from police.report import Report
from wire.ids import AlertId, IncidentId, Wall
from wire.moves import Move

TABLE: Final = """
CREATE TABLE move (
  sender TEXT NOT NULL, alert TEXT NOT NULL, number INTEGER NOT NULL,
  incident TEXT NOT NULL, source TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (sender, alert)) WITHOUT ROWID;
CREATE INDEX move_by_incident ON move (sender, incident);
"""
_KEEP: Final = """
INSERT INTO move (sender, alert, number, incident, source, by, at) VALUES (?,?,?,?,?,?,?)
ON CONFLICT DO UPDATE SET number = excluded.number, incident = excluded.incident,
  source = excluded.source, by = excluded.by, at = excluded.at
WHERE (excluded.number, excluded.incident, excluded.source, excluded.by, excluded.at)
  > (number, incident, source, by, at)"""
# Those of a report, and those that waited for its incident.
_CONCERNED: Final = """
SELECT alert FROM move WHERE sender = ?1 AND incident = ?3
UNION SELECT value FROM json_each(?2)"""
_WHERE: Final = f"""
SELECT DISTINCT incident FROM alert WHERE sender = ?1 AND alert IN ({_CONCERNED})"""  # noqa: S608
_PLACE: Final = f"""
UPDATE alert SET incident = (
  SELECT move.incident FROM move WHERE move.sender = ?1 AND move.alert = alert.alert)
WHERE sender = ?1 AND alert IN ({_CONCERNED}) AND EXISTS (
  SELECT 1 FROM move JOIN incident USING (sender, incident)
  WHERE move.sender = ?1 AND move.alert = alert.alert)"""  # noqa: S608


_ANY: Final = "SELECT 1 FROM move WHERE sender = ? LIMIT 1"
_HELD: Final = """
SELECT alert, number, incident, source, by, at FROM move
WHERE sender = ?1 AND alert IN (SELECT value FROM json_each(?2))"""


def keep(db: sqlite3.Connection, sender: SenderName, report: Report) -> None:
    """Keep what a report tells of moves.  Inside a transaction, before its alerts are written."""
    db.executemany(
        _KEEP,
        [
            (sender, alert, move.number, move.to, move.source, move.by, move.at)
            for alert, move in report.moves.items()
        ],
    )


def newer_than_told(
    db: sqlite3.Connection, sender: SenderName, report: Report
) -> dict[AlertId, Move]:
    """Return the moves that count for more than what a report tells of its alerts: its sender does
    not know them, or not any more.
    """
    if not db.execute(_ANY, (sender,)).fetchone():
        return {}  # as in a storm, in which each report names thousands
    names = json.dumps(list(report.alerts))
    held = {
        AlertId(alert): Move(number, IncidentId(to), IncidentId(source), by, Wall(at))
        for alert, number, to, source, by, at in db.execute(_HELD, (sender, names))
    }
    return wire.moves.newer_than_told(held, report.moves)


def where(db: sqlite3.Connection, sender: SenderName, report: Report) -> set[IncidentId]:
    """Return the incidents where the alerts that a report concerns stand now.

    To be asked before its alerts are written, too: writing them moves some.
    """
    return {IncidentId(name) for (name,) in db.execute(_WHERE, _concerned(sender, report))}


def place(db: sqlite3.Connection, sender: SenderName, report: Report) -> None:
    """Put alerts where their moves say.  Inside a transaction, when they are written."""
    db.execute(_PLACE, _concerned(sender, report))


def _concerned(sender: SenderName, report: Report) -> tuple[SenderName, str, IncidentId]:
    return sender, json.dumps([*report.alerts, *report.moves]), report.incident
