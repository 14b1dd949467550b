"""What an export does not hold, and why: compared with receipts and numbers.  Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.store.evidence.bounds import BOUNDS
from gateway.store.evidence.reader import DocumentRow, IncidentEvidence
from gateway.store.timeline import EventRow
from wire.ids import AlertId, IncidentId, Wall


class Lacking(NamedTuple):
    """What is not there: documents that `endpoint` acknowledged at about this time."""

    at: Wall
    endpoint: str
    why: str


def lacking(
    incident: IncidentId, evidence: IncidentEvidence, delivered: Iterable[EventRow]
) -> list[Lacking]:
    """Return what is lacking, in its order; `delivered` are the receipts of the incident."""
    own = [each for each in evidence.documents if each.incident == incident]
    chains = sorted(own, key=_of_chain)
    found = [*_without_document(evidence, delivered)]
    for (endpoint, _), rows in groupby(chains, _of_chain):
        found += _gaps(endpoint, sorted(rows, key=lambda row: row.place))
    found += _starts(own)
    return sorted(found)


def carriers(evidence: IncidentEvidence) -> dict[tuple[str, AlertId, int], DocumentRow]:
    """Return the document by which an endpoint first had so many presses of an alert."""
    return {
        (row.endpoint, alert, presses): row
        for row in reversed(evidence.documents)
        for alert, presses in evidence.carried.get(row.id, ())
    }


def _of_chain(row: DocumentRow) -> tuple[str, Wall]:
    return row.endpoint, row.run


def _without_document(
    evidence: IncidentEvidence, delivered: Iterable[EventRow]
) -> Iterator[Lacking]:
    known = carriers(evidence)
    for event in delivered:
        if (event.endpoint, AlertId(event.alert), event.press) in known:
            continue
        if event.number == BY_THE_OTHER_GATEWAY:
            why = "told by the school's other gateway: its export has the document"
        else:
            about = f"press {event.press} of alert {event.alert}"
            why = f"the receipt for {about} is known, its document is not on this gateway's disk"
        yield Lacking(event.at, event.endpoint, why)


def _gaps(endpoint: str, rows: Sequence[DocumentRow]) -> Iterator[Lacking]:
    before = 0
    for row in rows:
        if count := row.place - before - 1:
            words = f"{count} documents before this time are not on this gateway's disk"
            rule = f"they were lost, or more than {BOUNDS.rows} of one incident came"
            yield Lacking(row.answered_at, endpoint, f"{words}: {rule}")
        before = row.place


def _starts(rows: Sequence[DocumentRow]) -> Iterator[Lacking]:
    """A process that was killed may have had receipts that were not on the disk yet."""
    for endpoint in sorted({row.endpoint for row in rows}):
        runs = sorted({row.run for row in rows if row.endpoint == endpoint})
        for run in runs[1:]:
            yield Lacking(
                run,
                endpoint,
                "the gateway started anew: what was acknowledged in the second before it ended may"
                " be lacking",
            )
