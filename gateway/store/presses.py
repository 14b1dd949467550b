"""The presses of an alert after its first, each a row of its own.  Inside a transaction.

Whatever comes twice, late or from another gateway: the earliest that was ever told stays.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from wire.ids import AlertId, Wall
from wire.presses import MOST_DATED, DatedPress

_KEEP: Final = (
    "INSERT INTO press VALUES (?,?,?,?) ON CONFLICT (alert, press) DO UPDATE SET"
    " pressed_at = min(ifnull(pressed_at, excluded.pressed_at),"
    " ifnull(excluded.pressed_at, pressed_at)),"
    " received_at = min(received_at, excluded.received_at)"
    " WHERE excluded.received_at < received_at"
    " OR excluded.pressed_at < ifnull(pressed_at, 9e999)"
)
_OF: Final = (
    "SELECT press, pressed_at, received_at FROM press WHERE alert = ? AND press <= ?"
    " ORDER BY press DESC LIMIT ?"
)


def keep(db: sqlite3.Connection, alert: AlertId, further: Iterable[DatedPress]) -> None:
    """Keep what is known of further presses."""
    db.executemany(_KEEP, [(alert, *each) for each in further])


def further_of(db: sqlite3.Connection, alert: AlertId, upto: int = 2**31) -> tuple[DatedPress, ...]:
    """Return the newest dated ones of the further presses up to a number, in their order."""
    found = db.execute(_OF, (alert, upto, MOST_DATED)).fetchall()
    return tuple(DatedPress(int(n), _wall(at), Wall(heard)) for n, at, heard in reversed(found))


def _wall(at: float | None) -> Wall | None:
    return None if at is None else Wall(at)
