"""What counts as delivered: 2xx, no redirect, and a receipt that names the alerts.  Pure."""

import json
from collections.abc import Set as AbstractSet
from typing import Final, Literal, NamedTuple

from gateway.formats.capack import is_ack
from wire.clean import clean
from wire.ids import AlertId

Policy = Literal["echo", "status", "cap-ack"]
"""It names the alerts; its status says so; it is a CAP Ack that refers to what was sent."""

_NO_ACK: Final = "its answer is no CAP Ack that refers to the message"
_PAGE: Final = (
    "it answered with a web page, as a guest network's login does, and not with a receipt"
)
# However long an endpoint asks to be left alone, tries come within 5 s of each other.
LONGEST_PEACE: Final = 4.8


class Receipt(NamedTuple):
    """An endpoint's word: its own number, and the alerts it took (None: all it was sent)."""

    number: str
    alerts: AbstractSet[AlertId] | None


class Refusal(NamedTuple):
    """An answer that is no receipt, in words for whoever runs the endpoint."""

    reason: str


def judge(policy: Policy, status: int, body: bytes, name: str = "") -> Receipt | Refusal:
    """Judge an endpoint's answer to the report called `name`; never raises."""
    if 300 <= status < 400:
        return Refusal(f"it redirects (HTTP {status}); give the final address in its url")
    if not 200 <= status < 300:
        return Refusal(f"it answered HTTP {status}: {clean(body[:200].decode(errors='replace'))}")
    if policy == "status":
        return Refusal(_PAGE) if _is_page(body) else Receipt("", None)
    if policy == "cap-ack":
        return Receipt("Ack", None) if is_ack(body, name) else Refusal(_NO_ACK)
    try:
        found = json.loads(body)
        alerts = frozenset(AlertId(str(alert)) for alert in found["alerts"])
        return Receipt(clean(str(found["receipt"]), 64), alerts)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Refusal(f"it answered HTTP {status} without a receipt that names the alerts")


def _is_page(body: bytes) -> bool:
    return body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def asked_to_wait(header: str | None) -> float:
    """Return the seconds of a Retry-After header, 0 to LONGEST_PEACE: retries never stop."""
    try:
        seconds = float(header or 0)
    except ValueError:
        return 0.0
    # Not a number compares as false, and so asks for nothing.
    return min(seconds, LONGEST_PEACE) if seconds > 0 else 0.0
