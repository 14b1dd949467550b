"""The reading side of the store: what the page asks for, by a connection that cannot write."""

import sqlite3
import threading
from pathlib import Path
from typing import Any, Final

from police.desk import Head, Inside

# A desk looks at what is going on; all older incidents stay in the store.
_MOST_INCIDENTS: Final = 50
# A busy camera must not push the others off the page.
_PICTURES = """
SELECT camera, room, taken_at, seconds_from_press, sha256 FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY camera ORDER BY taken_at DESC) AS place
  FROM picture WHERE sender = ? AND incident = ?)
WHERE place <= 6 ORDER BY taken_at DESC LIMIT 60"""


class Shelf:
    """What was committed, as it is at the moment of asking; any thread may ask."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA query_only = ON")

    def heads(self) -> list[Head]:
        """Return the newest incidents, the one with the latest report first."""
        with self._lock:
            found = self._db.execute(
                "SELECT sender, incident, version, first_at, newest_at, late, newest, head, (SELECT"
                " count(*) FROM answer a WHERE a.sender = i.sender AND a.incident = i.incident)"
                " FROM incident i ORDER BY newest_at DESC LIMIT ?",
                (_MOST_INCIDENTS,),
            )
            return [Head(*each) for each in found]

    def inside(self, head: Head) -> Inside:
        """Return the alerts and the newest pictures of an incident."""
        of = (head.sender, head.incident)
        with self._lock:
            return Inside(
                alerts=self._db.execute(
                    "SELECT alert, detail FROM alert WHERE sender = ? AND incident = ?", of
                ).fetchall(),
                pictures=self._db.execute(_PICTURES, of).fetchall(),
                dropped=self._db.execute(
                    "SELECT reason FROM dropped WHERE sender = ? AND incident = ? LIMIT 20", of
                ).fetchall(),
                answers=self._db.execute(
                    "SELECT at, what, by, text FROM answer WHERE sender = ? AND incident = ?"
                    " ORDER BY number LIMIT 200",
                    of,
                ).fetchall(),
            )

    def answers(self, sender: str, after: int) -> list[dict[str, Any]]:
        """Return what dispatchers answered a school after the answer of that number."""
        keys = ("number", "incident", "what", "by", "text", "at")
        with self._lock:
            found = self._db.execute(
                f"SELECT {', '.join(keys)} FROM answer WHERE sender = ? AND number > ?"  # noqa: S608
                " ORDER BY number LIMIT 100",
                (sender, after),
            ).fetchall()
        return [dict(zip(keys, row, strict=True)) for row in found]

    def report(self, incident: str, sender: str | None) -> bytes | None:
        """Return the newest report of an incident as it came; of any sender if None is named."""
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM incident JOIN report ON report.number = newest"
                " WHERE incident.incident = ? AND (? IS NULL OR incident.sender = ?)"
                " ORDER BY newest_at DESC LIMIT 1",
                (incident, sender, sender),
            ).fetchone()
            return row[0] if row else None

    def picture(self, sha256: str) -> bytes | None:
        """Return a JPEG by the SHA-256 of its bytes."""
        with self._lock:
            row = self._db.execute(
                "SELECT jpeg FROM picture WHERE sha256 = ? LIMIT 1", (sha256,)
            ).fetchone()
            return row[0] if row else None
