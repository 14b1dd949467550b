"""Counts for monitoring: presses, receipts, how long each step took, what is owed to whom.

Reads the gateway's store, by a connection that cannot write.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.store.heads import REHEARSED
from gateway.store.read_only import open_read_only
from wire.ids import EndpointName, Seconds

BOUNDS: Final = tuple(map(Seconds, (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)))
"""Seconds; among them what docs/promises.md gives a press to be received and to be delivered."""

_STEPS: Final = ", ".join(f"total(took <= {bound})" for bound in BOUNDS)
# A clock that was set back makes no step negative.
_ALL_HOPS: Final = (
    "WITH receipted AS (SELECT receipt.endpoint AS endpoint, receipt.at AS at,"
    " coalesce(press.received_at, alert.received_at) AS received_at,"
    " coalesce(press.pressed_at, press.received_at, alert.pressed_at) AS pressed_at"
    " FROM receipt JOIN alert ON alert.id = receipt.alert"
    " LEFT JOIN press ON press.alert = receipt.alert AND press.press = receipt.presses"
    " WHERE receipt.number <> ?1),"
    " hop AS ("
    " SELECT 'press to gateway' AS name, '' AS endpoint, max(received_at - pressed_at, 0) AS took"
    " FROM alert"
    " UNION ALL SELECT 'press to gateway', '', max(received_at - pressed_at, 0)"
    " FROM press WHERE pressed_at IS NOT NULL"
    " UNION ALL SELECT 'gateway to receipt', endpoint, max(at - received_at, 0) FROM receipted"
    " UNION ALL SELECT 'press to receipt', endpoint, max(at - pressed_at, 0) FROM receipted)"
    " SELECT name, endpoint, {steps}, count(*), total(took) FROM hop GROUP BY name, endpoint"
)
_HOPS: Final = _ALL_HOPS.format(steps=_STEPS)
_PRESSES: Final = "SELECT total(presses) FROM alert"
_RECEIPTS: Final = "SELECT endpoint, count(*) FROM receipt WHERE number <> ? GROUP BY endpoint"
_OPEN: Final = (
    "SELECT count(DISTINCT alert.incident), count(*), total(alert.answer = 0),"  # noqa: S608
    " total(NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.alert = alert.id"
    " AND receipt.presses >= alert.presses))"
    " FROM alert JOIN incident ON incident.id = alert.incident WHERE status = 'active'"
    f" AND NOT {REHEARSED}"
)
_OWED: Final = (
    "SELECT count(*) FROM alert JOIN incident ON incident.id = alert.incident"  # noqa: S608
    f" WHERE status <> 'closed' AND NOT {REHEARSED}"
    " AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.endpoint = ?"
    " AND receipt.alert = alert.id AND receipt.presses >= alert.presses)"
)


class Hop(NamedTuple):
    """A step of a press's way; `endpoint` is empty where it concerns none."""

    name: str
    endpoint: EndpointName


class Spread(NamedTuple):
    """How long a step took: how many were within each of BOUNDS, how many there were (`number`),
    and the sum of their seconds.
    """

    within: tuple[float, ...]
    number: float
    total: float


class Outstanding(NamedTuple):
    """What is open: incidents, their alerts, those that nobody has answered, and those whose newest
    press no endpoint has.
    """

    incidents: int
    alerts: int
    unanswered: int
    undelivered: int


class Tally(NamedTuple):
    """All of it, of what the store holds now: what it deletes after years is counted no more."""

    presses: float
    receipts: Mapping[EndpointName, int]
    hops: Mapping[Hop, Spread]
    owed: Mapping[EndpointName, int]
    outstanding: Outstanding


def read_tally(path: Path, endpoints: Iterable[EndpointName]) -> Tally:
    """Return the counts of the store at `path`; raises sqlite3.Error."""
    with closing(open_read_only(path)) as db:
        (presses,) = db.execute(_PRESSES).fetchone()
        return Tally(
            presses,
            {
                EndpointName(name): count
                for name, count in db.execute(_RECEIPTS, (BY_THE_OTHER_GATEWAY,))
            },
            dict(_hops(db)),
            {name: db.execute(_OWED, (name,)).fetchone()[0] for name in endpoints},
            Outstanding(*map(int, db.execute(_OPEN).fetchone())),
        )


def _hops(db: sqlite3.Connection) -> Iterable[tuple[Hop, Spread]]:
    for name, endpoint, *within, number, total in db.execute(_HOPS, (BY_THE_OTHER_GATEWAY,)):
        yield Hop(name, EndpointName(endpoint)), Spread(tuple(within), number, total)
