"""The reading side of the store: what the page asks for, by a connection that cannot write."""

import json
import sqlite3
import threading
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

from police.bodies import unpack
from police.dispatcher_view import IncidentDetails, IncidentRow, one_card
from wire.ids import CAMERA, CameraId, IncidentId
from wire.limits import LARGEST_RECEIPT
from wire.presses import MOST_DATED

# A dispatcher looks at all that is going on, and at the newest of the rest.
_MOST_CLOSED: Final = 50
_ROWS: Final = """
SELECT sender, card, version, first_at, newest_at, late, newest, head,
  (SELECT count(*) FROM answer a WHERE a.sender = i.sender AND a.incident = i.incident)
FROM incident i
WHERE (sender, card) IN (
  SELECT sender, card FROM incident WHERE json_extract(head, '$.status') <> 'closed'
  UNION SELECT sender, card FROM (
    SELECT sender, card FROM incident ORDER BY newest_at DESC LIMIT ?))
ORDER BY newest_at DESC"""
_OF_CARD: Final = (
    "sender = ?1 AND incident IN (SELECT incident FROM incident WHERE sender = ?1 AND card = ?2)"
)
# A busy camera must not push the others off the page.
_PICTURES: Final = f"""
SELECT camera, room, taken_at, seconds_from_press, sha256 FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY camera ORDER BY taken_at DESC) AS place
  FROM picture WHERE {_OF_CARD})
WHERE place <= 6 ORDER BY taken_at DESC LIMIT 60"""  # noqa: S608

_ALERTS: Final = f"SELECT alert, detail FROM alert WHERE {_OF_CARD}"  # noqa: S608
# As many of each alert as a report tells.
_PRESSES: Final = f"""
SELECT alert, press, pressed_at, received_at FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY alert ORDER BY press DESC) AS place FROM press
  WHERE sender = ?1 AND alert IN (SELECT alert FROM alert WHERE {_OF_CARD}))
WHERE place <= {MOST_DATED} ORDER BY alert, press"""  # noqa: S608
_DROPPED: Final = f"SELECT DISTINCT reason FROM dropped WHERE {_OF_CARD} LIMIT 20"  # noqa: S608
# The newest ones; marks must not push what else was said off the page.
_ANSWERS: Final = f"""
SELECT at, what, by, text, mark, mark_told FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY mark IS NULL ORDER BY number DESC) AS place
  FROM answer WHERE {_OF_CARD})
WHERE place <= 200 ORDER BY number"""  # noqa: S608
_LIVE_CARD: Final = "SELECT incident, head FROM incident WHERE sender = ? AND card = ?"
_PICTURED: Final = f"SELECT DISTINCT camera FROM picture WHERE {_OF_CARD}"  # noqa: S608

# Of one answer to a gateway, as JSON that escapes what it can; the rest is its head.
_MOST_BYTES: Final = LARGEST_RECEIPT - 1_000


class LiveCard(NamedTuple):
    """A card that is open: the incidents that it puts together, and the cameras of its reports."""

    incidents: tuple[IncidentId, ...]
    cameras: frozenset[CameraId]


class StoreReader:
    """What was committed, as it is at the moment of asking; any thread may ask."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA query_only = ON")

    def rows(self, most_closed: int = _MOST_CLOSED) -> list[IncidentRow]:
        """Return what is active and so many of the newest, the latest report first."""
        with self._lock:
            found = self._db.execute(_ROWS, (most_closed,)).fetchall()
        cards: dict[tuple[str, str], list[IncidentRow]] = {}
        for each in found:
            row = IncidentRow(*each)
            cards.setdefault((row.sender, row.incident), []).append(row)
        return [one_card(rows) for rows in cards.values()]

    def details(self, row: IncidentRow) -> IncidentDetails:
        """Return the alerts and the newest pictures of a card."""
        of = (row.sender, row.incident)
        with self._lock:
            return IncidentDetails(
                alerts=self._db.execute(_ALERTS, of).fetchall(),
                presses=self._db.execute(_PRESSES, of).fetchall(),
                pictures=self._db.execute(_PICTURES, of).fetchall(),
                dropped=self._db.execute(_DROPPED, of).fetchall(),
                answers=self._db.execute(_ANSWERS, of).fetchall(),
            )

    def answers(self, sender: str, after: int) -> list[dict[str, Any]]:
        """Return what dispatchers answered a school after the answer of that number.

        The first of them, if all are more than a gateway reads at once: it asks again after those.
        """
        keys = ("number", "incident", "what", "by", "text", "at")
        with self._lock:
            found = self._db.execute(
                f"SELECT seen, mark, {', '.join(keys)} FROM answer"  # noqa: S608
                " WHERE sender = ? AND number > ? ORDER BY number LIMIT 100",
                (sender, after),
            ).fetchall()
        told = [
            dict(zip(keys, row, strict=True))
            | ({"alerts": json.loads(seen)} if seen else {})
            | ({"mark": json.loads(mark)} if mark else {})
            for seen, mark, *row in found
        ]
        sizes = accumulate(len(json.dumps(each)) for each in told)
        return told[: max(1, sum(size <= _MOST_BYTES for size in sizes))]

    def live_card(self, sender: str, card: str) -> LiveCard | None:
        """Return the incidents and cameras of a card; None if it is over, or not known."""
        with self._lock:
            rows = self._db.execute(_LIVE_CARD, (sender, card)).fetchall()
            pictured = self._db.execute(_PICTURED, (sender, card)).fetchall()
        heads = [json.loads(head) for _, head in rows]
        if not rows or any(head["status"] == "closed" for head in heads):
            return None
        silent = (each["camera"] for head in heads for each in head["silent_cameras"])
        cameras = {CameraId(name) for name in (*silent, *(name for (name,) in pictured))}
        named = frozenset(filter(CAMERA.fullmatch, cameras))
        return LiveCard(tuple(IncidentId(name) for name, _ in rows), named)

    def report(self, incident: str, sender: str | None) -> bytes | None:
        """Return the newest report of an incident as it came; of any sender if None is named."""
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM incident JOIN report ON report.number = newest"
                " WHERE incident.incident = ? AND (? IS NULL OR incident.sender = ?)"
                " ORDER BY newest_at DESC LIMIT 1",
                (incident, sender, sender),
            ).fetchone()
            return unpack(row[0], self._jpeg) if row else None

    def picture(self, sha256: str) -> bytes | None:
        """Return a JPEG by the SHA-256 of its bytes."""
        with self._lock:
            return self._jpeg(sha256)

    def _jpeg(self, sha256: str) -> bytes | None:
        row = self._db.execute(
            "SELECT jpeg FROM picture WHERE sha256 = ? LIMIT 1", (sha256,)
        ).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()
