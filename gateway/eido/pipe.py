"""What the gateway and its notifier's process say to each other: JSON, one line for each.  Pure.

The gateway believes nothing of what comes back but its form: the other side talks to strangers.
"""

import json
from typing import Any, Final, NamedTuple

from gateway.work import Abort, Answered, Condition, Flight, Launch, Unanswered, Way
from wire.clean import clean
from wire.errors import WireError
from wire.ids import IncidentId, Seconds

# Far longer than any note; whoever sends more is out of its mind.
LONGEST_NOTE: Final = 10_000


class Know(NamedTuple):
    """To the notifier: how an incident stands, of which no answer is waited for."""

    launch: Launch


class Renew(NamedTuple):
    """To the notifier: its certificates have changed."""


Order = Launch | Abort | Know | Renew
Note = Answered | Unanswered | Condition


def write_order(order: Order) -> bytes:
    """Write an order as a line."""
    match order:
        case Launch():
            fields: list[Any] = ["launch", *order.flight, order.deadline, order.body]
        case Know():
            fields = ["know", *order.launch.flight, order.launch.deadline, order.launch.body]
        case Abort():
            fields = ["abort", *order.flight]
        case Renew():
            fields = ["renew"]
    return _line(fields)


def read_order(line: bytes) -> Order:
    """Read what `write_order` wrote."""
    match json.loads(line):
        case ["launch", way, incident, version, deadline, body]:
            return Launch(_flight(way, incident, version), body, Seconds(deadline))
        case ["know", way, incident, version, deadline, body]:
            return Know(Launch(_flight(way, incident, version), body, Seconds(deadline)))
        case ["abort", way, incident, version]:
            return Abort(_flight(way, incident, version))
        case ["renew"]:
            return Renew()
    raise WireError("not an order")


def write_note(note: Note) -> bytes:
    """Write a note as a line, its words cut to what a line may hold."""
    match note:
        case Answered():
            words = clean(note.body.decode(errors="replace"))
            return _line(["answered", *note.flight, note.status, words])
        case Unanswered():
            return _line(["unanswered", *note.flight, clean(note.reason)])
        case Condition():
            return _line(["condition", note.name, note.detail and clean(note.detail)])


def read_note(line: bytes) -> Note:
    """Read what the notifier wrote; raises WireError for anything else."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError("not JSON") from error
    match found:
        case ["answered", str(way), str(incident), int(version), int(status), str(words)]:
            flight = _flight(way, incident, version)
            return Answered(flight, status, words.encode(errors="replace"), None)
        case ["unanswered", str(way), str(incident), int(version), str(reason)]:
            return Unanswered(_flight(way, incident, version), clean(reason))
        case ["condition", str(name), None]:
            return Condition(clean(name), None)
        case ["condition", str(name), str(detail)]:
            return Condition(clean(name), clean(detail))
    raise WireError("not a note")


def _flight(way: str, incident: str, version: int) -> Flight:
    return Flight(Way(way), IncidentId(incident), version)


def _line(fields: list[Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"
