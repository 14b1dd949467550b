"""Which marks of dispatchers the school has told of.  Inside a transaction.

Any report says so, a late one, too: in whatever order they come, the same marks wait.
"""

import json
import sqlite3
from typing import Final

from police.receiver import SenderName
from police.report import Report

TOLD: Final = """
ALTER TABLE answer ADD COLUMN mark_told INTEGER NOT NULL DEFAULT 0;
UPDATE answer SET mark_told = 1 WHERE what = 'mark';
CREATE INDEX answer_waiting ON answer (sender, json_extract(mark, '$.id'))
  WHERE what = 'mark' AND mark_told = 0;
"""
_TELL: Final = """
UPDATE answer SET mark_told = 1 WHERE what = 'mark' AND mark_told = 0
AND sender = ?1 AND json_extract(mark, '$.id') IN (SELECT value FROM json_each(?2))"""


def keep(db: sqlite3.Connection, sender: SenderName, report: Report) -> None:
    """Note the marks that a report tells of: they wait no more."""
    if report.head["marks"]:
        db.execute(_TELL, (sender, json.dumps([mark["id"] for mark in report.head["marks"]])))
