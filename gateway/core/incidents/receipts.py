"""Who has an incident, endpoint by endpoint, by its receipts.  Pure.

The only answer to that question, for status, pages and reports: the stage of an alert says that
somebody has it, never who.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from wire.ids import AlertId, EndpointName, Wall

# In the place of a number, for it was not this gateway that got the receipt.
BY_THE_OTHER_GATEWAY: Final = "by the other gateway"


class AlertReceipt(NamedTuple):
    """An endpoint has so many presses of an alert, since `at`."""

    presses: int
    at: Wall


Receipts = Mapping[EndpointName, Mapping[AlertId, AlertReceipt]]
Presses = Mapping[AlertId, int]


class EndpointStanding(NamedTuple):
    """An endpoint `has` so many `of` an incident's alerts, with the newest press of each, and got
    the last of those at `since`; None if it has none.
    """

    endpoint: EndpointName
    has: int
    of: int
    since: Wall | None


def standing_of(
    endpoint: EndpointName, presses: Presses, receipts: Mapping[AlertId, AlertReceipt]
) -> EndpointStanding:
    """Return how an endpoint with these receipts stands to alerts with so many presses."""
    since = [
        each.at
        for alert, count in presses.items()
        if (each := receipts.get(alert)) and each.presses >= count
    ]
    return EndpointStanding(endpoint, len(since), len(presses), max(since, default=None))


def standings(
    endpoints: Iterable[EndpointName], presses: Presses, receipts: Receipts
) -> list[EndpointStanding]:
    """Return how each of `endpoints` stands, and each other one that gave a receipt."""
    names = dict.fromkeys((*endpoints, *receipts))
    return [standing_of(name, presses, receipts.get(name, {})) for name in names]


def nowhere(presses: Presses, receipts: Receipts) -> set[AlertId]:
    """Return the alerts whose newest press no endpoint has."""
    return {
        alert
        for alert, count in presses.items()
        if not any(_covers(each, alert, count) for each in receipts.values())
    }


def _covers(receipts: Mapping[AlertId, AlertReceipt], alert: AlertId, presses: int) -> bool:
    return alert in receipts and receipts[alert].presses >= presses
