"""Writes the receipt of a report: its number, its alerts, and what is held beside it.  Pure."""

import json
import uuid
from collections.abc import Mapping

from police.report import Report
from wire.ids import AlertId
from wire.moves import Move, write_move


def what_is_held(version: int, moves: Mapping[AlertId, Move]) -> Mapping[str, object]:
    """What a receipt says of what is kept: the newest version of the incident, and the moves that
    its sender did not tell, if there are any.
    """
    told = [write_move(alert, move) for alert, move in moves.items()]
    return {"version": version, **({"moves": told} if told else {})}


def receipt_of(report: Report, held: Mapping[str, object]) -> bytes:
    """Return the receipt of a report; `held` is what it says of what is kept."""
    fields: dict[str, object] = {
        "receipt": str(uuid.uuid4()),
        "alerts": list(report.alerts),
        **held,
    }
    if report.dropped:
        fields["pictures_dropped"] = list(report.dropped)
    return _json(fields)


def renewed(receipt: bytes, held: Mapping[str, object]) -> bytes:
    """The same receipt, with what is held by now: its sender must not take it for the newest."""
    before = {key: each for key, each in json.loads(receipt).items() if key != "moves"}
    return _json({**before, **held})


def _json(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()
