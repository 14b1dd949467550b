"""The protocol between the gateway and its notifier's process: JSON, one line for each message.

Pure.  The gateway trusts nothing in an answer but its form: the other side talks to strangers.
"""

import json
from math import isfinite
from typing import Any, Final, NamedTuple

from gateway.core.effects import CancelReport, SendReport
from gateway.core.events import HealthStatus, ResponseReceived, SendFailed
from gateway.core.formats.eido import MEDIA_TYPE
from gateway.core.values import ChannelId, Exchange, ReportId
from wire.clean import clean
from wire.errors import WireError
from wire.ids import IncidentId, Seconds, Wall
from wire.trouble import TroubleName

# Events that a subscriber took are left out of a note that would be longer.
LONGEST_NOTE: Final = 2_000_000


class Certificates(NamedTuple):
    """Whom the notifier trusts (`ca`) and who it is (`cert`, `key`): texts in PEM."""

    ca: str
    cert: str
    key: str


class Preload(NamedTuple):
    """To the notifier: how an incident stands, of which no answer is waited for."""

    launch: SendReport


class ReloadCertificates(NamedTuple):
    """To the notifier: its certificates have changed, to these."""

    certificates: Certificates


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
            fields = ["renew", *order.certificates]
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
        case ["renew", ca, cert, key]:
            return ReloadCertificates(Certificates(ca, cert, key))
    raise WireError("not an order")


def write_note(note: Note) -> bytes:
    """Write a note as a line, its words cut to what a line may hold."""
    match note:
        case ResponseReceived():
            words = clean(note.body.decode(errors="replace"))
            fields = ["answered", *note.flight, note.status, words]
            taken = [_taken(each) for each in note.exchanges]
            line = _line([*fields, taken])
            return line if len(line) < LONGEST_NOTE else _line([*fields, []])
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
        case [
            "answered",
            str(channel),
            str(incident),
            int(version),
            int(status),
            str(words),
            taken,
        ]:
            flight, said = _flight(channel, incident, version), words.encode(errors="replace")
            return ResponseReceived(flight, status, said, exchanges=_read_taken(taken))
        case ["unanswered", str(channel), str(incident), int(version), str(reason)]:
            return SendFailed(_flight(channel, incident, version), clean(reason))
        case ["condition", str(name), None]:
            return HealthStatus(TroubleName(clean(name)), None)
        case ["condition", str(name), str(detail)]:
            return HealthStatus(TroubleName(clean(name)), clean(detail))
    raise WireError("not a note")


def _taken(exchange: Exchange) -> list[Any]:
    texts = exchange.document.decode(), exchange.answer.decode(errors="replace")
    return [*texts, exchange.sent_at, exchange.answered_at]


def _read_taken(found: Any) -> tuple[Exchange, ...]:
    if not isinstance(found, list):
        raise WireError("not a list of events")
    return tuple(map(_read_exchange, found))


def _read_exchange(found: Any) -> Exchange:
    match found:
        case [str(event), str(answer), float(sent), float(answered)] if isfinite(sent + answered):
            document, said = (text.encode(errors="replace") for text in (event, answer))
            return Exchange(MEDIA_TYPE, document, Wall(sent), said, Wall(answered))
    raise WireError("not an event and its answer")


def _flight(channel: str, incident: str, version: int) -> ReportId:
    return ReportId(ChannelId(channel), IncidentId(incident), version)


def _line(fields: list[Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"
