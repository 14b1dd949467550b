"""When each unit was pressed last, and when a press of it was last proven to reach a receiver.

Reads the gateway's store.  Any connection; raises sqlite3.Error.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.core.supervision.history import NO_HISTORY, UnitHistory
from wire.ids import EndpointName, UnitId, Wall

_PRESSED: Final = (
    "SELECT unit, max(pressed_at) FROM alert GROUP BY unit UNION ALL"
    " SELECT unit, max(coalesce(press.pressed_at, press.received_at)) FROM press"
    " JOIN alert ON alert.id = press.alert GROUP BY unit"
)
# Of a receipt that the other gateway has this one only heard: no proof of its own way.
_PROVEN: Final = (
    "SELECT unit, receipt.endpoint, max(receipt.at) FROM receipt JOIN alert"
    " ON alert.id = receipt.alert WHERE number <> ? GROUP BY unit"
)


def read_histories(db: sqlite3.Connection) -> dict[UnitId, UnitHistory]:
    """Return them of the units that the store knows."""
    found: dict[UnitId, UnitHistory] = {}
    for unit, pressed in _presses(db):
        before = found.get(unit, NO_HISTORY)
        found[unit] = before._replace(pressed_at=max(pressed, before.pressed_at or pressed))
    for unit, endpoint, at in db.execute(_PROVEN, (BY_THE_OTHER_GATEWAY,)):
        before = found.get(UnitId(unit), NO_HISTORY)
        found[UnitId(unit)] = UnitHistory(before.pressed_at, Wall(at), EndpointName(endpoint))
    return found


def _presses(db: sqlite3.Connection) -> Iterator[tuple[UnitId, Wall]]:
    return ((UnitId(unit), Wall(at)) for unit, at in db.execute(_PRESSED))
