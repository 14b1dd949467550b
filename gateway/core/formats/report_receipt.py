"""The receipt by which a report is taken: `{"receipt": "…", "alerts": ["…"], "version": 7}`.

`version` is the newest of the incident that the receiver holds, if it says so.  Pure.
"""

import json
from typing import Any, Final
from uuid import UUID

from gateway.core.events import ResponseReceived
from gateway.core.formats.page import is_page
from gateway.core.formats.receipt import PAGE, Receipt, Refusal, refusal_by_status
from gateway.core.incidents.version import believed
from wire.clean import clean
from wire.ids import UUID as WRITTEN_UUID
from wire.ids import AlertId

_LONGEST_NUMBER: Final = 64


def judge_receipt(response: ResponseReceived) -> Receipt | Refusal:
    """For a receiver of reports: it gives its own number, and names the alerts."""
    if refusal := refusal_by_status(response):
        return refusal
    number, alerts, held = _read(response.body)
    if type(number) not in (str, int) or number == "" or not isinstance(alerts, list):
        none = f"the receiver answered HTTP {response.status} without a receipt of the alerts"
        return Refusal(PAGE if is_page(response.headers, response.body) else none)
    named = frozenset(map(_alert, alerts))
    held = believed(held) if type(held) is int else 0
    return Receipt(clean(str(number), _LONGEST_NUMBER), named, held)


def _read(body: bytes) -> tuple[Any, Any, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None, None, None
    fields = found if isinstance(found, dict) else {}
    return fields.get("receipt"), fields.get("alerts"), fields.get("version")


def _alert(name: Any) -> AlertId:
    """As we write it: a receiver's language may give a UUID back in capitals, or in braces."""
    if not isinstance(name, str):
        return AlertId("")
    if WRITTEN_UUID.fullmatch(name):
        return AlertId(name)
    try:
        return AlertId(str(UUID(name.lower())))
    except ValueError:
        return AlertId(name)
