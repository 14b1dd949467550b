"""When each press got how far, and how many seconds each hop took.  Pure.

What nobody measured stays empty.  `pressed_at` is by the gateway's clock, reckoned from the
unit's count of seconds where it has one; the unit's own clock stands beside it, and no
difference is told between two clocks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from gateway.console.export.lacking import carriers
from gateway.console.export.tables import Cell, moment, seconds
from gateway.core.moments import PRESSED_BY_UNIT, SENT_BY_UNIT, STORED
from gateway.store.evidence.reader import DocumentRow, IncidentEvidence
from gateway.store.reader import PressRow
from gateway.store.timeline import EventRow
from wire.ids import AlertId, Wall

HEAD: Final = (
    *("room", "alert", "press", "pressed_by_unit_clock", "sent_by_unit_clock"),
    *("pressed_at", "received_at", "stored_at"),
    *("endpoint", "report_sent_at", "acknowledged_at", "receipt"),
    *("s_unit_pressed_to_sent", "s_pressed_to_received", "s_received_to_stored"),
    *("s_received_to_report_sent", "s_report_sent_to_acknowledged", "s_pressed_to_acknowledged"),
)


class _Arrived(NamedTuple):
    """An endpoint's first receipt that covers a press, and the document that it was for."""

    at: Wall
    number: str
    document: DocumentRow | None


def hops(
    presses: Iterable[PressRow],
    rooms: Mapping[str, str],
    endpoints: Sequence[str],
    delivered: Sequence[EventRow],
    evidence: IncidentEvidence,
) -> Iterator[Sequence[Cell]]:
    """Return a row for each press at each of `endpoints`."""
    known = carriers(evidence)
    by_alert: dict[tuple[str, str], list[EventRow]] = {}
    for event in delivered:
        by_alert.setdefault((event.endpoint, event.alert), []).append(event)
    for press in presses:
        for endpoint in endpoints or ("",):
            receipts = by_alert.get((endpoint, press.alert), ())
            arrived = _arrived(press, receipts, known)
            yield (rooms.get(press.alert, ""), *_row(press, endpoint, arrived, evidence))


def _arrived(
    press: PressRow,
    receipts: Sequence[EventRow],
    known: Mapping[tuple[str, AlertId, int], DocumentRow],
) -> _Arrived | None:
    covering = [each for each in receipts if each.press >= press.press]
    if not covering:
        return None
    first = min(covering, key=lambda event: event.at)
    document = known.get((first.endpoint, AlertId(first.alert), first.press))
    return _Arrived(document.answered_at if document else first.at, first.number, document)


def _row(
    press: PressRow, endpoint: str, arrived: _Arrived | None, evidence: IncidentEvidence
) -> Sequence[Cell]:
    def at(what: str) -> Wall | None:
        return evidence.moments.get((AlertId(press.alert), press.press, what))

    by_unit, left, stored = map(at, (PRESSED_BY_UNIT, SENT_BY_UNIT, STORED))
    pressed, received = press.pressed_at, press.received_at
    sent = arrived.document.sent_at if arrived and arrived.document else None
    taken = arrived.at if arrived else None
    return (
        *(press.alert, press.press, moment(by_unit), moment(left)),
        *(moment(pressed), moment(received), moment(stored)),
        *(endpoint, moment(sent), moment(taken), arrived.number if arrived else ""),
        *(seconds(by_unit, left), seconds(pressed, received), seconds(received, stored)),
        *(seconds(received, sent), seconds(sent, taken), seconds(pressed, taken)),
    )
