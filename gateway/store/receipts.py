"""Which endpoint has what, from the store's own tables.  Any connection; raises sqlite3.Error."""

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.core.incidents.receipts import AlertReceipt, EndpointStanding, nowhere, standings
from wire.ids import AlertId, EndpointName, IncidentId, Wall

# What a closed incident ended may go on in another one: then it is no row of this one's any more.
_RECEIPTS: Final = (
    "SELECT endpoint, alert, presses, at FROM receipt WHERE alert IN"
    " (SELECT id FROM alert WHERE incident = ?1 UNION SELECT alert FROM ended WHERE incident = ?1)"
    " ORDER BY presses"
)
_PRESSES: Final = (
    "SELECT id, presses FROM alert WHERE incident = ?1 UNION ALL"
    " SELECT alert, presses FROM ended WHERE incident = ?1"
)


class Delivery(NamedTuple):
    """Who has an incident; `nowhere` counts the alerts whose newest press no endpoint has."""

    endpoints: list[EndpointStanding]
    nowhere: int


def receipts_of(
    db: sqlite3.Connection, incident: IncidentId
) -> dict[EndpointName, dict[AlertId, AlertReceipt]]:
    """Return the newest receipt for each alert of an incident, by the endpoints that gave any."""
    found: dict[EndpointName, dict[AlertId, AlertReceipt]] = {}
    for endpoint, alert, presses, at in db.execute(_RECEIPTS, (incident,)):
        found.setdefault(EndpointName(endpoint), {})[AlertId(alert)] = AlertReceipt(
            presses, Wall(at)
        )
    return found


def delivery_of(
    db: sqlite3.Connection, incident: IncidentId, endpoints: Iterable[EndpointName]
) -> Delivery:
    """Return how an incident stands at each of `endpoints`, and at others that gave a receipt."""
    presses = {AlertId(name): count for name, count in db.execute(_PRESSES, (incident,))}
    receipts = receipts_of(db, incident)
    return Delivery(standings(endpoints, presses, receipts), len(nowhere(presses, receipts)))
