"""Each press of an alert as a row of its own.  Inside a transaction.

Reports come twice, late, and from two gateways of a school: of each press the earliest times stay
that any of them told, and no report takes a press out.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final

from wire.ids import AlertId
from wire.presses import DatedPress

TABLE: Final = """
CREATE TABLE press (
  sender TEXT NOT NULL, alert TEXT NOT NULL, press INTEGER NOT NULL,
  pressed_at REAL, received_at REAL NOT NULL,
  PRIMARY KEY (sender, alert, press)) WITHOUT ROWID;
"""
_KEEP: Final = """
INSERT INTO press VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
pressed_at = min(ifnull(pressed_at, excluded.pressed_at), ifnull(excluded.pressed_at, pressed_at)),
received_at = min(received_at, excluded.received_at)
WHERE excluded.received_at < received_at OR excluded.pressed_at < ifnull(pressed_at, 9e999)"""


def save(
    db: sqlite3.Connection, sender: str, presses: Mapping[AlertId, tuple[DatedPress, ...]]
) -> None:
    """Keep what a report tells of single presses."""
    db.executemany(
        _KEEP, ((sender, name, *each) for name, found in presses.items() for each in found)
    )
