"""How much is kept of one incident for one endpoint.  Inside a transaction.

The first document, the newest, and those that brought a press stay before all others; of what goes
the row stays, with its hash and its moments, so that an export can say what it does not hold.
"""

import sqlite3
from typing import Final, NamedTuple

from wire.ids import EndpointName, IncidentId


class Bounds(NamedTuple):
    """Of one incident for one endpoint: documents whose bytes are kept, these bytes, and rows."""

    documents: int
    bytes: int
    rows: int


BOUNDS: Final = Bounds(200, 32_000_000, 2_000)

BEYOND: Final = "more than is kept of one incident for one endpoint"
PICTURES: Final = "it held pictures, whose retention time is over"

_OWN: Final = "incident = ?1 AND endpoint = ?2"
_HELD: Final = (
    f"SELECT count(*), sum(size + coalesce(length(bytes), 0)) FROM document"  # noqa: S608
    f" LEFT JOIN content ON content.sha256 = receipt WHERE {_OWN} AND content IS NOT NULL"
)
# By how much it is missed.
_LEAST: Final = (
    "SELECT id FROM document d WHERE incident = ?1 AND endpoint = ?2 AND {rows}"
    " AND id <> (SELECT min(id) FROM document WHERE incident = ?1 AND endpoint = ?2)"
    " AND id <> (SELECT max(id) FROM document WHERE incident = ?1 AND endpoint = ?2)"
    " ORDER BY EXISTS (SELECT 1 FROM carried WHERE document = d.id), has_pictures DESC, id LIMIT 1"
)
_LEAST_KEPT: Final = _LEAST.format(rows="content IS NOT NULL")
_LEAST_ROW: Final = _LEAST.format(rows="TRUE")
_EMPTY: Final = (
    "UPDATE document SET content = NULL, receipt = NULL, gone = ?2 WHERE id = ?1 RETURNING 1"
)
_OF: Final = "SELECT content, receipt FROM document WHERE id = ?"
_UNUSED: Final = (
    "DELETE FROM content WHERE sha256 = ?1 AND NOT EXISTS"
    " (SELECT 1 FROM document WHERE content = ?1) AND NOT EXISTS"
    " (SELECT 1 FROM document WHERE receipt = ?1)"
)


def hold(
    db: sqlite3.Connection, incident: IncidentId, endpoint: EndpointName, most: Bounds
) -> None:
    """Let go what is beyond the bounds."""
    key = incident, endpoint
    while True:
        count, size = db.execute(_HELD, key).fetchone()
        if count <= most.documents and (size or 0) <= most.bytes:
            break
        found = db.execute(_LEAST_KEPT, key).fetchone()
        if found is None:
            break
        empty(db, found[0], BEYOND)
    while db.execute(f"SELECT count(*) FROM document WHERE {_OWN}", key).fetchone()[0] > most.rows:  # noqa: S608
        delete(db, db.execute(_LEAST_ROW, key).fetchone()[0])


def empty(db: sqlite3.Connection, document: int, why: str) -> None:
    """Let the bytes of a document and of its receipt go; the row says why."""
    bytes_of = db.execute(_OF, (document,)).fetchone()
    db.execute(_EMPTY, (document, why)).fetchall()
    db.executemany(_UNUSED, [(each,) for each in bytes_of if each])


def delete(db: sqlite3.Connection, document: int) -> None:
    """Delete a document whole."""
    bytes_of = db.execute(_OF, (document,)).fetchone()
    db.execute("DELETE FROM carried WHERE document = ?", (document,))
    db.execute("DELETE FROM document WHERE id = ?", (document,))
    db.executemany(_UNUSED, [(each,) for each in bytes_of if each])
