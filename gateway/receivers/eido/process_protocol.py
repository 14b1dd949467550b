"""The protocol between the gateway and its notifier's process: JSON, one line for each message.

Pure.  The gateway trusts nothing in an answer but its form: the other side talks to strangers.
"""

import json
from typing import Any, Final, NamedTuple

from gateway.core.effects import CancelReport, SendReport
from gateway.core.events import HealthStatus, ResponseReceived, SendFailed
from gateway.core.values import ChannelId, ReportId
from wire.clean import clean
from wire.errors import WireError
from wire.ids import IncidentId, Seconds
from wire.trouble import TroubleName

# Far longer than any note; a process that sends more is broken.
LONGEST_NOTE: Final = 10_000


class Preload(NamedTuple):
    """To the notifier: how an incident stands, of which no answer is waited for."""

    launch: SendReport


class ReloadCertificates(NamedTuple):
    """To the notifier: its certificates have changed."""


Order = SendReport | CancelReport | Preload | ReloadCertificates
Note = ResponseReceived | SendFailed | HealthStatus


def write_order(order: Order) -> bytes:
    """Write an order as a line."""
    match order:
        case SendReport():
            fields: list[Any] = ["launch", *order.flight, order.deadline, order.body]
        case Preload():
            fields = ["preload", *order.launch.flight, order.launch.deadline, order.launch.body]
        case CancelReport():
            fields = ["abort", *order.flight]
        case ReloadCertificates():
            fields = ["renew"]
    return _line(fields)


def read_order(line: bytes) -> Order:
    """Read what `write_order` wrote."""
    match json.loads(line):
        case ["launch", channel, incident, version, deadline, body]:
            return SendReport(_flight(channel, incident, version), body, Seconds(deadline))
        case ["preload", channel, incident, version, deadline, body]:
            return Preload(SendReport(_flight(channel, incident, version), body, Seconds(deadline)))
        case ["abort", channel, incident, version]:
            return CancelReport(_flight(channel, incident, version))
        case ["renew"]:
            return ReloadCertificates()
    raise WireError("not an order")


def write_note(note: Note) -> bytes:
    """Write a note as a line, its words cut to what a line may hold."""
    match note:
        case ResponseReceived():
            words = clean(note.body.decode(errors="replace"))
            return _line(["answered", *note.flight, note.status, words])
        case SendFailed():
            return _line(["unanswered", *note.flight, clean(note.reason)])
        case HealthStatus():
            return _line(["condition", note.name, note.detail and clean(note.detail)])


def read_note(line: bytes) -> Note:
    """Read what the notifier wrote; raises WireError for anything else."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError("not JSON") from error
    match found:
        case ["answered", str(channel), str(incident), int(version), int(status), str(words)]:
            flight = _flight(channel, incident, version)
            return ResponseReceived(flight, status, words.encode(errors="replace"))
        case ["unanswered", str(channel), str(incident), int(version), str(reason)]:
            return SendFailed(_flight(channel, incident, version), clean(reason))
        case ["condition", str(name), None]:
            return HealthStatus(TroubleName(clean(name)), None)
        case ["condition", str(name), str(detail)]:
            return HealthStatus(TroubleName(clean(name)), clean(detail))
    raise WireError("not a note")


def _flight(channel: str, incident: str, version: int) -> ReportId:
    return ReportId(ChannelId(channel), IncidentId(incident), version)


def _line(fields: list[Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"
