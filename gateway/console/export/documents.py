"""The documents of an export: each byte for byte with its receipt, and a table of all of them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from gateway.console.export.archive import Archive, part
from gateway.console.export.lacking import Lacking
from gateway.console.export.tables import Cell, moment, seconds
from gateway.store.evidence.reader import DocumentRow, EvidenceReader, IncidentEvidence

HEAD: Final = (
    *("folder", "endpoint", "channel", "version", "sent_at", "acknowledged_at", "seconds"),
    *("http_status", "receipt", "new_presses", "with_pictures", "bytes", "sha256", "lacking"),
)
_DAMAGED: Final = "its bytes were damaged on the gateway's disk"
_DC09: Final = "dc-09"


class Filed(NamedTuple):
    """A document, the folder that it lies in, and what of it is lacking."""

    row: DocumentRow
    folder: str
    lacking: str


def file_documents(
    archive: Archive, reader: EvidenceReader, rows: Iterable[DocumentRow]
) -> list[Filed]:
    """Put each document with its receipt into a folder of its own; raises sqlite3.Error."""
    return [_file(archive, reader, row, number) for number, row in enumerate(rows, start=1)]


def rows_of(
    filed: Sequence[Filed], evidence: IncidentEvidence, missing: Sequence[Lacking]
) -> Iterator[Sequence[Cell]]:
    """Return the rows of the table: what is there, and then what is not."""
    for row, folder, why in filed:
        yield (
            *(folder, row.endpoint, row.channel, row.version),
            *(moment(row.sent_at), moment(row.answered_at)),
            *(seconds(row.sent_at, row.answered_at), row.status or None, row.number),
            *(len(evidence.carried.get(row.id, ())), "yes" if row.has_pictures else "no"),
            *(row.size, row.sha256, why),
        )
    for at, endpoint, why in missing:
        yield ("", endpoint, "", None, "", moment(at), *[None] * 7, why)


def _file(archive: Archive, reader: EvidenceReader, row: DocumentRow, number: int) -> Filed:
    folder = f"documents/{number:04}-{part(row.endpoint)}"
    document, receipt = _bytes(reader, row.content), _bytes(reader, row.receipt)
    if document is not None:
        archive.put(f"{folder}/document.{_kind(row.media, document)}", [document])
    if receipt is not None:
        archive.put(f"{folder}/receipt.{_kind(row.media, receipt)}", [receipt])
        if row.status:
            archive.put(f"{folder}/receipt-head.json", [_head(reader, row)])
    is_whole = document is not None and receipt is not None
    return Filed(row, folder if document is not None else "", _why(row, is_whole))


def _bytes(reader: EvidenceReader, sha256: str | None) -> bytes | None:
    """One that a disk has spoilt hides no other."""
    try:
        return reader.bytes_of(sha256) if sha256 else None
    except sqlite3.DatabaseError:
        return None


def _why(row: DocumentRow, is_whole: bool) -> str:
    return row.gone or ("" if is_whole else _DAMAGED)


def _head(reader: EvidenceReader, row: DocumentRow) -> bytes:
    headers = json.loads(reader.headers(row.id))
    told = {"status": row.status, "headers": headers}
    return json.dumps(told, indent=1, ensure_ascii=False).encode()


def _kind(media: str, content: bytes) -> str:
    """How such a file's name ends; its first byte tells what an answer is."""
    if media == _DC09:
        return "dc09"
    return {b"{": "json", b"[": "json", b"<": "xml"}.get(content.lstrip()[:1], "txt")
