"""Reads what endpoints acknowledged, for those who may export it.  Never writes."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from gateway.store.read_only import open_read_only
from wire.ids import AlertId, IncidentId, Wall

log = logging.getLogger(__name__)

# As many rows as there can be of an incident for five endpoints.
_MOST: Final = 10_000
# An alert may have gone on in another incident than the one that it was told in.
_OWN: Final = (
    "(incident = ?1 OR id IN (SELECT document FROM carried WHERE alert IN"
    " (SELECT value FROM json_each(?2))))"
)
_DOCUMENTS: Final = (
    "SELECT id, incident, endpoint, channel, version, run, place, media, sha256, size,"  # noqa: S608
    " has_pictures, sent_at, answered_at, status, number, content, receipt, gone FROM document"
    f" WHERE {_OWN} ORDER BY answered_at, id LIMIT ?3"
)
_CARRIED: Final = (
    "SELECT document, alert, presses FROM carried WHERE alert IN (SELECT value FROM json_each(?))"
)
_MOMENTS: Final = (
    "SELECT alert, press, what, at FROM moment WHERE alert IN (SELECT value FROM json_each(?))"
)


class DocumentRow(NamedTuple):
    """A document that an endpoint acknowledged; `content` and `receipt` name bytes that are kept.

    `gone` says why they are not, `place` numbers it within one `run` of the gateway.
    """

    id: int
    incident: IncidentId
    endpoint: str
    channel: str
    version: int
    run: Wall
    place: int
    media: str
    sha256: str
    size: int
    has_pictures: bool
    sent_at: Wall
    answered_at: Wall
    status: int
    number: str
    content: str | None
    receipt: str | None
    gone: str


Moments = dict[tuple[AlertId, int, str], Wall]
"""When a press of an alert got how far, by `(alert, press, what)`."""


class IncidentEvidence(NamedTuple):
    """What is known of an incident: its documents as they were acknowledged, which `(alert,
    presses)` each brought to its endpoint, and the moments of presses by `(alert, press, what)`.
    """

    documents: list[DocumentRow]
    carried: dict[int, list[tuple[AlertId, int]]]
    moments: Moments


NOTHING: Final = IncidentEvidence([], {}, {})


class EvidenceReader:
    """The documents at `path`, which may not exist yet; each method raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, incident: IncidentId, alerts: Collection[AlertId]) -> IncidentEvidence:
        """Return what is known of an incident and of its alerts, without the documents' bytes."""
        names = json.dumps(list(alerts))
        with self._opened() as db:
            if db is None:
                return NOTHING
            rows = [DocumentRow(*row) for row in db.execute(_DOCUMENTS, (incident, names, _MOST))]
            carried: dict[int, list[tuple[AlertId, int]]] = {}
            for document, alert, presses in db.execute(_CARRIED, (names,)):
                carried.setdefault(document, []).append((AlertId(alert), presses))
        return IncidentEvidence(rows, carried, self.moments(alerts))

    def moments(self, alerts: Collection[AlertId]) -> Moments:
        """Return when presses of these alerts got how far."""
        with self._opened() as db:
            found = db.execute(_MOMENTS, (json.dumps(list(alerts)),)) if db else ()
            return {(AlertId(alert), press, what): Wall(at) for alert, press, what, at in found}

    def bytes_of(self, sha256: str) -> bytes | None:
        """Return a document or receipt; None if it is not there, or not what was kept."""
        with self._opened() as db:
            found = (
                db.execute("SELECT bytes FROM content WHERE sha256 = ?", (sha256,)).fetchone()
                if db
                else None
            )
        if found is None:
            return None
        if hashlib.sha256(found[0]).hexdigest() != sha256:
            log.error("document %s does not match its hash", sha256)
            return None
        return bytes(found[0])

    def headers(self, document: int) -> str:
        """Return the headers of the answer to a document, as JSON."""
        with self._opened() as db:
            sql = "SELECT headers FROM document WHERE id = ?"
            found = db.execute(sql, (document,)).fetchone() if db else None
        return str(found[0]) if found else "{}"

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection | None]:
        if not self._path.exists():
            yield None
            return
        with closing(open_read_only(self._path)) as db:
            # A file without a layout has just been made.
            (layout,) = db.execute("PRAGMA user_version").fetchone()
            yield db if layout else None
