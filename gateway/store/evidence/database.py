"""The database of documents: SQLite, written by one thread.  Decides nothing.

`synchronous=NORMAL`: no commit of it waits for the disk, which alerts need; a power cut may take
the last documents, and an export says which.  What is deleted is overwritten, and its space given
back.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path
from typing import Final

from gateway.store.evidence import bounds
from gateway.store.evidence.backlog import Waiting
from gateway.store.evidence.bounds import BOUNDS, Bounds
from gateway.store.evidence.numbered import Document
from gateway.store.group_access import share_database, show_database
from service.database import Schema, open_database
from wire.ids import IncidentId, Seconds, Wall

_LAYOUT: Final = 1
# A reader may hold the database for a moment.
_BUSY_S: Final = Seconds(2.0)
_PRAGMAS: Final = (
    "auto_vacuum = INCREMENTAL",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "secure_delete = ON",
)
# Deleted at once; between two such steps readers and the disk get their turn.
_STEP: Final = 100
_LONGEST_HEADERS: Final = 8_000

_CONTENT: Final = "INSERT OR IGNORE INTO content VALUES (?,?)"
_DOCUMENT: Final = (
    "INSERT OR IGNORE INTO document (incident, endpoint, channel, version, run, place, media,"
    " sha256, size, has_pictures, sent_at, answered_at, status, headers, number, content, receipt)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
_CARRIED: Final = "INSERT OR IGNORE INTO carried VALUES (?,?,?)"
_MOMENT: Final = "INSERT OR IGNORE INTO moment VALUES (?,?,?,?)"
_WITH_PICTURES: Final = (
    "SELECT id FROM document WHERE has_pictures AND content IS NOT NULL AND answered_at < ? LIMIT ?"
)
_OLD: Final = "SELECT incident FROM document GROUP BY incident HAVING max(answered_at) < ?"
_OF_INCIDENT: Final = "SELECT id FROM document WHERE incident = ? LIMIT ?"
_MOMENTS: Final = (
    "DELETE FROM moment WHERE at < ? AND NOT EXISTS"
    " (SELECT 1 FROM carried WHERE carried.alert = moment.alert)"
)


class EvidenceDatabase:
    """The database at `path`, which the console may read; each method raises sqlite3.Error or
    OSError.
    """

    def __init__(self, path: Path, most: Bounds = BOUNDS) -> None:
        self._most = most
        share_database(path)
        sql = resources.files("gateway.store.evidence").joinpath("schema.sql").read_text("utf-8")
        self._db = open_database(path, Schema(_LAYOUT, sql), _BUSY_S, _PRAGMAS)
        show_database(path)

    def keep(self, waiting: Waiting) -> None:
        """Commit all of it; what is there already stays as it is."""
        self._db.execute("BEGIN IMMEDIATE")
        for each in waiting.documents:
            self._write(each)
        self._db.executemany(_MOMENT, waiting.moments)
        for key in {(each.incident, each.endpoint) for each in waiting.documents}:
            bounds.hold(self._db, *key, self._most)
        self._db.execute("COMMIT")

    def drop_pictures(self, before: Wall) -> int:
        """Let documents with pictures that were acknowledged before go; return how many."""
        return self._in_steps(
            _WITH_PICTURES, before, lambda each: bounds.empty(self._db, each, bounds.PICTURES)
        )

    def old(self, before: Wall) -> list[IncidentId]:
        """Return the incidents whose last document was acknowledged before."""
        return [IncidentId(name) for (name,) in self._db.execute(_OLD, (before,))]

    def delete(self, incidents: Iterable[IncidentId], before: Wall) -> int:
        """Delete these incidents, and other moments from before; return how many documents."""
        count = sum(
            self._in_steps(_OF_INCIDENT, name, lambda each: bounds.delete(self._db, each))
            for name in incidents
        )
        self._db.execute(_MOMENTS, (before,))
        return count

    def give_space_back(self) -> None:
        """Make the file smaller by what was deleted."""
        self._db.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _write(self, new: Document) -> None:
        exchange = new.exchange
        content, receipt = map(_digest, (exchange.document, exchange.answer))
        self._db.execute(_CONTENT, (content, exchange.document))
        self._db.execute(_CONTENT, (receipt, exchange.answer))
        what = exchange.media, content, len(exchange.document), new.has_pictures
        moments = exchange.sent_at, exchange.answered_at
        headers = json.dumps(dict(exchange.headers))
        answer = exchange.status, headers if len(headers) <= _LONGEST_HEADERS else "{}"
        row = *new[:6], *what, *moments, *answer, new.number, content, receipt
        written = self._db.execute(_DOCUMENT, row)
        if written.rowcount:
            carried = [(written.lastrowid, *each) for each in new.alerts]
            self._db.executemany(_CARRIED, carried)

    def _in_steps(self, sql: str, of: Wall | IncidentId, act: Callable[[int], None]) -> int:
        count = 0
        while found := self._db.execute(sql, (of, _STEP)).fetchall():
            self._db.execute("BEGIN IMMEDIATE")
            for (document,) in found:
                act(document)
            self._db.execute("COMMIT")
            count += len(found)
        return count


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
