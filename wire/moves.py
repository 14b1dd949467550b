"""Which incident an alert belongs to, once people split and join incidents: a law for all sides.

A move says of one alert that it belongs to an incident.  Moves of an alert are numbered, by time in
milliseconds or one above the highest known, and the highest one is true.  So who hears of moves
twice, late, in any order or from two gateways ends with the same, and what no move names stays
where it was reported.  Numbers of persons' moves begin at PERSONS: what a gateway moves by itself
counts for more than what a person moved only if that gateway knew of it.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from wire.errors import WireError
from wire.ids import UUID, AlertId, IncidentId, Wall
from wire.limits import LARGEST_NUMBER, LONGEST_PERSON, MOST_MOVES, MOST_MOVES_HELD
from wire.moment import read_moment, write_moment

PERSONS: Final = (LARGEST_NUMBER + 1) // 2
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Move(NamedTuple):
    """An alert belongs to the incident `to`, and came from `source`; both as reports name them.

    `by` is the person, empty for the gateway itself.  The order of moves is that of these values,
    so that of two with one number the same one is true everywhere.
    """

    number: int
    to: IncidentId
    source: IncidentId
    by: str
    at: Wall


def next_number(newest: int, version: int, by: str, at: Wall) -> int:
    """Return the number of a move that is made `at` a time, above the `newest` known of the alert.

    `version` is the highest that a report is known to have had: a move that is not known any more,
    but was told, bears no number above it (`counted`).
    """
    counted_on = max(version + 1, int(at * 1000)) + (PERSONS if by else 0)
    return min(max(newest + 1, counted_on), LARGEST_NUMBER)


def next_move(
    newest: int, version: int, to: IncidentId, source: IncidentId, by: str, at: Wall
) -> Move:
    """Return a move that is made `at` a time, numbered by `next_number`.

    Its moment is that which is told, so that all sides hold the same move.
    """
    number = next_number(newest, version, by, at)
    return Move(number, to, source, by, read_moment(write_moment(at)))


def made_again(move: Move, version: int) -> Move:
    """Return the same move, above each of its kind that a report up to `version` may have told."""
    own = counted(move.number)
    number = move.number - own + max(own, version) + 1
    return move._replace(number=min(number, LARGEST_NUMBER))


def counted(number: int) -> int:
    """Return what the number of a move is among those of its kind: no report that tells of the move
    has a lower version.
    """
    return number - PERSONS if number >= PERSONS else number


def newer(known: Move | None, told: Move) -> Move:
    """Return which of two moves of one alert is true."""
    return told if known is None else max(known, told)


def newer_than_told(
    held: Mapping[AlertId, Move], told: Mapping[AlertId, Move]
) -> dict[AlertId, Move]:
    """Return what an endpoint holds that is newer than a report told: as much as a receipt takes.

    The rest is in the receipts that follow.
    """
    news = ((each, move) for each, move in held.items() if newer(told.get(each), move) == move)
    differing = ((each, move) for each, move in news if told.get(each) != move)
    return dict(islice(differing, MOST_MOVES_HELD))


def write_move(alert: AlertId, move: Move) -> dict[str, str | int]:
    """Write down a move as a report tells it."""
    return {
        "alert": alert,
        "number": move.number,
        "from": move.source,
        "to": move.to,
        "by": move.by,
        "at": write_moment(move.at),
    }


def read_move(fields: Mapping[str, Any]) -> tuple[AlertId, Move]:
    """Read what `write_move` wrote; raises WireError."""
    number, by = fields.get("number"), fields.get("by", "")
    if type(number) is not int or not 1 <= number <= LARGEST_NUMBER:
        raise WireError("moves: number: not a whole number from 1")
    moment = fields.get("at")
    if not isinstance(by, str) or not isinstance(moment, str):
        raise WireError("moves: by, at: missing, or not texts")
    alert, to, source = (_uuid(fields, key) for key in ("alert", "to", "from"))
    by = _UNPRINTABLE.sub("", by)[:LONGEST_PERSON]
    move = Move(number, IncidentId(to), IncidentId(source), by, read_moment(moment))
    return AlertId(alert), move


def read_moves(found: object) -> dict[AlertId, Move]:
    """Read the moves of a report, the newest of each alert; what is no move is left out."""
    moves: dict[AlertId, Move] = {}
    for each in found[-MOST_MOVES:] if isinstance(found, list) else ():
        try:
            alert, move = read_move(each if isinstance(each, dict) else {})
        except WireError:
            continue
        moves[alert] = newer(moves.get(alert), move)
    return moves


def _uuid(fields: Mapping[str, Any], key: str) -> str:
    found = fields.get(key)
    if not isinstance(found, str) or not UUID.fullmatch(found):
        raise WireError(f"moves: {key}: missing, or not a UUID in small letters")
    return found
