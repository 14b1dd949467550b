"""The receipt by which a report is taken: `{"receipt": "…", "alerts": ["…"], "version": 7}`.

`version` is the newest of the incident that the receiver holds, if it says so; `moves` those that
it holds of alerts and was told otherwise, as a report tells them.  Pure.
"""

import json
from typing import Any, Final
from uuid import UUID

from gateway.core.events import ResponseReceived
from gateway.core.formats.page import is_page
from gateway.core.formats.receipt import NO_MOVES, PAGE, Receipt, Refusal, refusal_by_status
from gateway.core.incidents.version import believed
from wire.clean import clean
from wire.ids import UUID as WRITTEN_UUID
from wire.ids import AlertId
from wire.limits import MOST_MOVES_HELD
from wire.moves import PERSONS, Move, counted, read_moves

_LONGEST_NUMBER: Final = 64
# Of its kind: half of all numbers, some 70,000 years by the clock.
_HIGHEST_MOVE: Final = PERSONS // 2


def judge_receipt(response: ResponseReceived) -> Receipt | Refusal:
    """For a receiver of reports: it gives its own number, and names the alerts."""
    if refusal := refusal_by_status(response):
        return refusal
    fields = _read(response.body)
    number, alerts, held = fields.get("receipt"), fields.get("alerts"), fields.get("version")
    if type(number) not in (str, int) or number == "" or not isinstance(alerts, list):
        none = f"the receiver answered HTTP {response.status} without a receipt of the alerts"
        return Refusal(PAGE if is_page(response.headers, response.body) else none)
    named = frozenset(map(_alert, alerts))
    held = believed(held) if type(held) is int else 0
    moves = _moves(fields["moves"]) if "moves" in fields else NO_MOVES
    return Receipt(clean(str(number), _LONGEST_NUMBER), named, held, moves)


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _moves(found: Any) -> dict[AlertId, Move]:
    """Without numbers that no gateway can have told: they would leave none for what comes."""
    told = read_moves(found[:MOST_MOVES_HELD] if isinstance(found, list) else ())
    return {alert: move for alert, move in told.items() if counted(move.number) <= _HIGHEST_MOVE}


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
