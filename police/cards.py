"""Which incidents a dispatcher sees as one, and whether that is over.  Inside a transaction.

Rule 1: incidents of one sender that share an alert are one card, named after the oldest of them:
        two gateways of a school may call by two names what is one.  An alert of which a move is
        known makes nothing one: it stands where its move says (`moves.py`).
Rule 2: a closing covers the alerts, with their presses, of the report that tells it.  A card is
        over while each of its alerts is covered with all its presses, whichever version came first.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final

from police.receiver import SenderName
from police.report import Report
from wire.ids import IncidentId

TABLES: Final = """
ALTER TABLE incident ADD COLUMN card TEXT NOT NULL DEFAULT '';
UPDATE incident SET card = incident;
CREATE INDEX incident_by_card ON incident (sender, card);
ALTER TABLE alert ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
UPDATE alert SET closed = json_extract(detail, '$.presses') WHERE EXISTS (
  SELECT 1 FROM incident i WHERE i.sender = alert.sender AND i.incident = alert.incident
  AND json_extract(head, '$.status') = 'closed');
"""
_SHARING: Final = """
SELECT DISTINCT card FROM alert JOIN incident USING (sender, incident)
WHERE sender = ?1 AND alert IN (SELECT value FROM json_each(?2)) AND NOT EXISTS (
  SELECT 1 FROM move WHERE move.sender = ?1 AND move.alert = alert.alert)
UNION SELECT card FROM incident WHERE sender = ?1 AND incident = ?3"""
_OLDEST: Final = """
SELECT incident FROM incident WHERE sender = ? AND card IN (SELECT value FROM json_each(?))
ORDER BY first_at, incident LIMIT 1"""
_JOIN: Final = """
UPDATE incident SET card = ? WHERE sender = ? AND card IN (SELECT value FROM json_each(?))"""
_COVER: Final = "UPDATE alert SET closed = ?1 WHERE sender = ?2 AND alert = ?3 AND closed < ?1"
_IS_OPEN: Final = """
SELECT EXISTS (SELECT 1 FROM incident JOIN alert USING (sender, incident)
WHERE sender = ? AND card = ? AND closed < json_extract(detail, '$.presses'))"""
_SHOW: Final = """
UPDATE incident SET head = json_set(head, '$.status', ?1)
WHERE sender = ?2 AND card = ?3
AND (json_extract(head, '$.status') = 'closed') <> (?1 = 'closed')"""


def join(db: sqlite3.Connection, sender: SenderName, report: Report) -> None:
    """Put the incident of a report, which has its row, on one card with those that it belongs to.

    To be called before the report's alerts are written, and after its moves: they still name the
    others.
    """
    alerts = json.dumps(list(report.alerts))
    found = db.execute(_SHARING, (sender, alerts, report.incident)).fetchall()
    if len(found) > 1:
        cards = json.dumps([card for (card,) in found])
        (oldest,) = db.execute(_OLDEST, (sender, cards)).fetchone()
        db.execute(_JOIN, (oldest, sender, cards))


def close_or_open(
    db: sqlite3.Connection, sender: SenderName, report: Report, touched: Iterable[IncidentId]
) -> None:
    """Book what a report closes, and show its card as closed or not; its alerts are written.

    And so the cards of incidents that alerts have left or come to.
    """
    if report.closed:
        covered = ((each["presses"], sender, alert) for alert, each in report.alerts.items())
        db.executemany(_COVER, covered)
    for card in {card_of(db, sender, each) for each in (report.incident, *touched)}:
        (is_open,) = db.execute(_IS_OPEN, (sender, card)).fetchone()
        db.execute(_SHOW, ("active" if is_open else "closed", sender, card))


def card_of(db: sqlite3.Connection, sender: SenderName, incident: IncidentId) -> str | None:
    """Return the card of an incident; None if it is not known."""
    found = db.execute(
        "SELECT card FROM incident WHERE sender = ? AND incident = ?", (sender, incident)
    ).fetchone()
    return str(found[0]) if found else None
