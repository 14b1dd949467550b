"""The receiver's disk: every report as it came, and what is shown of it.

SQLite, WAL, synchronous=FULL: what `transaction` has committed survives a power cut.  One thread
writes (`ReportStore`), others read (`StoreReader`), and neither waits for the other.  Decides
nothing.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from police import cards, mark_rows, marks, moves, press_rows
from police.bodies import pack
from police.events import with_all_events
from police.picture import Picture
from police.receiver import SenderName, SignedReport
from police.report import Report
from police.retention import Keep, sweep
from service.database import NewerLayoutError, Schema, open_database
from service.files import touch_private
from service.folder import make_folder
from wire.answers import write_seen
from wire.ids import AlertId, IncidentId, Seconds, Wall
from wire.mark_fields import Marking, write_marking
from wire.moves import Move

_REPORTS: Final = """
CREATE TABLE report (
  number INTEGER PRIMARY KEY, sender TEXT NOT NULL, webhook_id TEXT NOT NULL,
  digest BLOB NOT NULL, incident TEXT NOT NULL, version INTEGER NOT NULL,
  received_at REAL NOT NULL, late INTEGER NOT NULL, body BLOB NOT NULL, receipt BLOB NOT NULL,
  UNIQUE (sender, webhook_id, digest));
CREATE TABLE incident (
  sender TEXT NOT NULL, incident TEXT NOT NULL, version INTEGER NOT NULL,
  first_at REAL NOT NULL, newest_at REAL NOT NULL, late INTEGER NOT NULL,
  newest INTEGER NOT NULL REFERENCES report, head TEXT NOT NULL,
  PRIMARY KEY (sender, incident));
CREATE INDEX incident_by_time ON incident (newest_at);
CREATE TABLE alert (
  sender TEXT NOT NULL, alert TEXT NOT NULL, incident TEXT NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (sender, alert)) WITHOUT ROWID;
CREATE INDEX alert_by_incident ON alert (sender, incident);
CREATE TABLE picture (
  number INTEGER PRIMARY KEY, sender TEXT NOT NULL, incident TEXT NOT NULL,
  sha256 TEXT NOT NULL, camera TEXT NOT NULL, room TEXT NOT NULL, taken_at TEXT NOT NULL,
  seconds_from_press REAL, jpeg BLOB NOT NULL,
  UNIQUE (sender, incident, sha256, camera));
CREATE INDEX picture_by_content ON picture (sha256);
CREATE TABLE dropped (
  sender TEXT NOT NULL, incident TEXT NOT NULL, reason TEXT NOT NULL,
  UNIQUE (sender, incident, reason));
"""
_ANSWERS: Final = """
CREATE TABLE answer (
  number INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, incident TEXT NOT NULL,
  what TEXT NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX answer_by_incident ON answer (sender, incident);
"""
_SEEN: Final = "ALTER TABLE answer ADD COLUMN seen TEXT;"
_ACTIVE: Final = """
CREATE INDEX incident_active ON incident (newest_at)
  WHERE json_extract(head, '$.status') <> 'closed';
CREATE INDEX report_by_incident ON report (sender, incident);
"""
# What each layout after the first added.
_ADDED: Final = (
    *(_ANSWERS, _ACTIVE, cards.TABLES, _SEEN, press_rows.TABLE),
    *(moves.TABLE, marks.TABLE, mark_rows.TOLD),
)
_SCHEMA: Final = Schema(
    len(_ADDED) + 1, "".join((_REPORTS, *_ADDED)), dict(enumerate(_ADDED, start=2))
)
_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = FULL")
_BUSY_S: Final = Seconds(5.0)

# Alerts that have not changed since are the usual case in a storm: they cost no write.
# However they come, the presses of an alert never become fewer.
_RENEW: Final = """
INSERT INTO alert (sender, alert, incident, detail) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
SET incident = excluded.incident, detail = CASE
  WHEN json_extract(detail, '$.presses') > json_extract(excluded.detail, '$.presses')
  THEN json_set(excluded.detail, '$.presses', json_extract(detail, '$.presses'))
  ELSE excluded.detail END
WHERE detail <> excluded.detail"""
_ADD: Final = """
INSERT INTO alert (sender, alert, incident, detail) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
SET detail = json_set(detail, '$.presses', json_extract(excluded.detail, '$.presses'))
WHERE json_extract(detail, '$.presses') < json_extract(excluded.detail, '$.presses')"""


class StoreError(Exception):
    """The store is not one this program can use; a person must examine it."""


class ReportStore:
    """The writing side; one thread owns it.  Raises StoreError for a file that is none of ours."""

    def __init__(self, path: Path) -> None:
        try:
            make_folder(path.parent)
            touch_private(path)
            self._db = open_database(path, _SCHEMA, _BUSY_S, _PRAGMAS)
        except NewerLayoutError as error:
            raise StoreError(str(error)) from error
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise StoreError(f"{path} cannot be used as the store: {reason}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """On leaving, all that was done inside is on the disk; on an error none of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def receipt(self, signed: SignedReport, digest: bytes) -> bytes | None:
        """Return the receipt that this report got before, or None."""
        row = self._db.execute(
            "SELECT receipt FROM report WHERE sender = ? AND webhook_id = ? AND digest = ?",
            (signed.sender, signed.webhook_id, digest),
        ).fetchone()
        return row[0] if row else None

    def version(self, sender: SenderName, incident: IncidentId) -> int:
        """Return the newest version known of an incident; 0 if there is none."""
        row = self._db.execute(
            "SELECT version FROM incident WHERE sender = ? AND incident = ?", (sender, incident)
        ).fetchone()
        return row[0] if row else 0

    def newer_moves(self, sender: SenderName, report: Report) -> dict[AlertId, Move]:
        """Return where alerts of a report belong by moves that it does not tell."""
        return moves.newer_than_told(self._db, sender, report)

    def save(
        self, signed: SignedReport, digest: bytes, report: Report, receipt: bytes, late: bool
    ) -> None:
        """Save a report; a `late` one only adds what nobody knew."""
        number = self._db.execute(
            "INSERT INTO report VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (signed.sender, signed.webhook_id, digest, report.incident, report.version,
             signed.at, late, pack(signed.body, report.pictures), receipt),
        ).lastrowid  # fmt: skip
        self._save_head(signed, report, number, late)
        moves.keep(self._db, signed.sender, report)
        cards.join(self._db, signed.sender, report)
        left = moves.where(self._db, signed.sender, report)
        self._db.executemany(
            _ADD if late else _RENEW,
            [
                (signed.sender, alert, report.incident, _json(detail))
                for alert, detail in report.alerts.items()
            ],
        )
        moves.place(self._db, signed.sender, report)
        touched = left | moves.where(self._db, signed.sender, report)
        press_rows.save(self._db, signed.sender, report.presses)
        mark_rows.keep(self._db, signed.sender, report)
        cards.close_or_open(self._db, signed.sender, report, touched)
        of = (signed.sender, report.incident)
        self._db.executemany(
            "INSERT OR IGNORE INTO picture VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*of, *_columns(picture)) for picture in report.pictures],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)",
            [(*of, reason) for reason in report.dropped],
        )

    def _save_head(
        self, signed: SignedReport, report: Report, number: int | None, late: bool
    ) -> None:
        of = (signed.sender, report.incident)
        before = self._head(*of)
        if late:
            head = _json(with_all_events(before or report.head, report.head))
            self._db.execute(
                "UPDATE incident SET late = late + 1, head = ? WHERE sender = ? AND incident = ?",
                (head, *of),
            )
            return
        head = _json(with_all_events(report.head, before or report.head))
        self._db.execute(
            "INSERT INTO incident VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?2)"
            " ON CONFLICT DO UPDATE SET version = excluded.version, head = excluded.head,"
            " newest_at = excluded.newest_at, newest = excluded.newest",
            (*of, report.version, signed.at, signed.at, number, head),
        )

    def _head(self, sender: SenderName, incident: IncidentId) -> dict[str, Any] | None:
        row = self._db.execute(
            "SELECT head FROM incident WHERE sender = ? AND incident = ?", (sender, incident)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def save_answer(
        self,
        sender: SenderName,
        incident: IncidentId,
        what: str,
        by: str,
        text: str,
        at: Wall,
        seen: Mapping[AlertId, int] | None,
        marking: Marking | None,
    ) -> bool:
        """Save what a dispatcher answered who saw these alerts; False if the incident is unknown.

        Gateways of a school may call by several names what is one card: the alerts say which it is.
        """
        written = None if seen is None else _json(write_seen(seen))
        mark = _json(write_marking(marking)) if marking else None
        added = self._db.execute(
            "INSERT INTO answer (sender, incident, what, by, text, at, seen, mark)"
            " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
            " WHERE EXISTS (SELECT 1 FROM incident WHERE sender = ?1 AND incident = ?2)",
            (sender, incident, what, by, text, at, written, mark),
        )
        return added.rowcount > 0

    def sweep(self, keep: Keep, now: Wall) -> bool:
        """Delete some of what is kept no longer; True if there may be more."""
        return sweep(self._db, keep, now)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _columns(picture: Picture) -> tuple[str | float | bytes | None, ...]:
    return (
        picture.sha256,
        picture.camera,
        picture.room,
        picture.taken_at,
        picture.seconds_from_press,
        picture.jpeg,
    )


# ASCII, so that half a surrogate pair in a sender's text cannot break a write.
_json = json.JSONEncoder(separators=(",", ":")).encode
