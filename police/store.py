"""The receiver's disk: every report as it came, and what is shown of it.

SQLite, WAL, synchronous=FULL: what `transaction` has left behind survives a power cut.  One thread
writes (`Store`), others read (`Shelf`), and neither waits for the other.  Decides nothing.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from police.picture import Picture
from police.receiver import Letter, SenderName
from police.report import Report
from wire.ids import IncidentId, Wall

# The number at the front is what PRAGMA user_version says once all of it is done.
_SCHEMA: Final = """
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
PRAGMA user_version = 2;
"""
_VERSION: Final = 2

# Alerts that a newer report knows by heart are the usual case in a storm: they cost no write.
_RENEW: Final = """
INSERT INTO alert VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
SET detail = excluded.detail, incident = excluded.incident WHERE detail <> excluded.detail"""
_ADD: Final = "INSERT OR IGNORE INTO alert VALUES (?, ?, ?, ?)"


class StoreError(Exception):
    """The store is not one this program can use; whoever runs the receiver must look at it."""


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


class Store:
    """The writing side; one thread owns it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._db = _connect(path)
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}{_ANSWERS}COMMIT;")
        elif version == 1:
            self._db.executescript(f"BEGIN IMMEDIATE;{_ANSWERS}COMMIT;")
        elif version != _VERSION:
            words = f"{path} is of version {version}; this program knows version {_VERSION}"
            raise StoreError(words)

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

    def receipt(self, letter: Letter, digest: bytes) -> bytes | None:
        """Return the receipt that this letter got before, or None."""
        row = self._db.execute(
            "SELECT receipt FROM report WHERE sender = ? AND webhook_id = ? AND digest = ?",
            (letter.sender, letter.webhook_id, digest),
        ).fetchone()
        return row[0] if row else None

    def version(self, sender: SenderName, incident: IncidentId) -> int:
        """Return the newest version known of an incident; 0 if there is none."""
        row = self._db.execute(
            "SELECT version FROM incident WHERE sender = ? AND incident = ?", (sender, incident)
        ).fetchone()
        return row[0] if row else 0

    def keep(
        self, letter: Letter, digest: bytes, report: Report, receipt: bytes, late: bool
    ) -> None:
        """Keep a report; a `late` one only adds what nobody knew."""
        of = (letter.sender, report.incident)
        number = self._db.execute(
            "INSERT INTO report VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (letter.sender, letter.webhook_id, digest, report.incident, report.version,
             letter.at, late, letter.body, receipt),
        ).lastrowid  # fmt: skip
        if late:
            self._db.execute(
                "UPDATE incident SET late = late + 1 WHERE sender = ? AND incident = ?", of
            )
        else:
            self._db.execute(
                "INSERT INTO incident VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT DO UPDATE"
                " SET version = excluded.version, newest_at = excluded.newest_at,"
                " newest = excluded.newest, head = excluded.head",
                (*of, report.version, letter.at, letter.at, number, _json(report.head)),
            )
        self._db.executemany(
            _ADD if late else _RENEW,
            [
                (letter.sender, alert, report.incident, _json(detail))
                for alert, detail in report.alerts.items()
            ],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO picture VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*of, *_columns(picture)) for picture in report.pictures],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)",
            [(*of, reason) for reason in report.dropped],
        )

    def keep_answer(
        self, sender: SenderName, incident: IncidentId, what: str, by: str, text: str, at: Wall
    ) -> bool:
        """Keep what a dispatcher answered; False if there is no such incident."""
        added = self._db.execute(
            "INSERT INTO answer (sender, incident, what, by, text, at) SELECT ?, ?, ?, ?, ?, ?"
            " WHERE EXISTS (SELECT 1 FROM incident WHERE sender = ? AND incident = ?)",
            (sender, incident, what, by, text, at, sender, incident),
        )
        return added.rowcount > 0

    def close(self) -> None:
        """Let go of the file."""
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
