"""What pages are told of who has an incident.  Pure.

An endpoint that has nothing is named like every other: it is the one to worry about.
"""

from typing import Any

from gateway.store.receipts import Delivery
from wire.moment import write_moment


def tell_delivery(delivery: Delivery) -> dict[str, Any]:
    """Return it as JSON; `since` is null for an endpoint that has nothing."""
    return {
        "nowhere": delivery.nowhere,
        "endpoints": [
            {
                "endpoint": each.endpoint,
                "has": each.has,
                "of": each.of,
                "since": None if each.since is None else write_moment(each.since),
            }
            for each in delivery.endpoints
        ],
    }
