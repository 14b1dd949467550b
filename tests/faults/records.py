"""What is to be seen of a school from outside: its wall, its gateways' stores and the police's."""

import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from police.bodies import unpack
from police.dispatcher_view import write_incident
from police.reader import StoreReader
from tests import pace
from tests.faults.checker import Claim, Logs, Press, Row, Taken, delays, faults
from tests.waiting import patience, until


class Records:
    """The three logs of the school in `folder`: presses and lamps, stores, and police."""

    def __init__(self, folder: Path, rooms: Sequence[str], gateways: int) -> None:
        self.folder = folder
        self.rooms = rooms
        self.log = folder / "units.jsonl"
        self._gateways = gateways
        self._rows: dict[str, float] = {}
        # When the last look at each store began that was answered: what it lacks was not there.
        self._looked: dict[int, float] = {}
        self._seen: set[tuple[int, str]] = set()
        self._done = threading.Event()

    def watch(self) -> None:
        """Begin to look at the stores, every 20 ms."""
        threading.Thread(target=self._keep_watching, daemon=True).start()

    def stop_watching(self) -> None:
        """Look no more."""
        self._done.set()

    def until(self, says: str, within: float, room: str = "204") -> float:
        """Wait until the alert has climbed to, or the lamp shows, `says`; return when it did."""
        return until(lambda: self.seen(says, room), within)

    def until_all(self, says: str, within: float) -> None:
        """The same for the units of all rooms."""
        until(lambda: all(self.seen(says, room) for room in self.rooms), within)

    def seen(self, says: str, room: str = "204") -> float:
        """When the alert of `room` last climbed to, or its lamp last began to show, `says`."""
        wall = self.wall(room)
        return max((each["at"] for each in wall if each.get("says") == says), default=0.0)

    def presses(self, room: str = "204") -> list[float]:
        return [each["at"] for each in self.wall(room) if each["what"] == "press"]

    def says(self, name: str, words: str) -> int:
        path = self.folder / f"{name}.log"
        return path.read_text().count(words) if path.exists() else 0

    def troubles(self, number: int = 0) -> dict[str, str]:
        """The troubles that stand in a gateway's store."""
        rows = _read(self.store(number), "SELECT name, detail FROM trouble WHERE ended IS NULL")
        return dict(rows)

    def open_incidents(self, number: int = 0) -> list[str]:
        """The ids of the incidents that nobody has closed, in a gateway's store."""
        rows = _read(self.store(number), "SELECT id FROM incident WHERE status = 'active'")
        return [name for (name,) in rows]

    def reports(self) -> list[tuple[float, Any]]:
        """The reports that the police stored, with the time."""
        ahead = time.time() - time.monotonic()
        rows = _read(self.folder / "police.db", "SELECT received_at, body FROM report")
        return [(at - ahead, json.loads(unpack(body))) for at, body in rows]

    def store(self, number: int = 0) -> Path:
        return self.folder / f"store-{number}" / "tocsin.db"

    def check(self, bound: float, healed: float = 0.0, repeats: int = 0) -> float:
        """Judge the three logs; return the longest delay."""
        logs = self.logs()
        assert logs.presses
        if faults(logs, patience(bound), healed, repeats):
            pace.measure()  # as each deadline that has passed
        found = faults(logs, patience(bound), healed, repeats)
        assert not found, found
        return max(delay for delay in delays(logs, healed) if delay is not None)

    def logs(self) -> Logs:
        self._read_once()  # DELIVERED may come within one look of RECEIVED
        claims = [claim for room in self.rooms for claim in _claims(room, self.wall(room))]
        presses = [Press(at, f"lincoln-{r}") for r in self.rooms for at in self.presses(r)]
        rows = [Row(at, name) for name, at in self._rows.items()]
        taken = self.taken()
        return Logs(sorted(presses), claims, rows, taken, self.shown())

    def taken(self) -> list[Taken]:
        """What the police have."""
        return [
            Taken(at, each["unit"], each["id"], each["presses"])
            for at, report in self.reports()
            for each in report["alerts"]
        ]

    def shown(self) -> dict[str, int]:
        """How many presses of each unit the police's page shows, or showed before newer ones."""
        reader, found = StoreReader(self.folder / "police.db"), Counter[str]()
        for row in reader.rows(most_closed=10_000):
            for room in json.loads(write_incident(row, reader.details(row)))["rooms"]:
                found[f"lincoln-{room['room']}"] += room["presses"]
        return found

    def wall(self, room: str | None = None) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines(keepends=True) if self.log.exists() else []
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        return [each for each in found if room in (None, each["room"])]

    def _keep_watching(self) -> None:
        while not self._done.wait(0.02):
            self._read_once()

    def _read_once(self) -> None:
        """A look may come late on a busy machine: a row may be as old as the look before."""
        for number in range(self._gateways):
            began = time.monotonic()
            found = _answer_of(self.store(number), "SELECT id FROM alert")
            for (name,) in found or ():
                if (number, name) not in self._seen:
                    self._seen.add((number, name))
                    since = self._looked.get(number, began)
                    self._rows[name] = min(since, self._rows.get(name, since))
            if found is not None:
                self._looked[number] = began


def _claims(room: str, wall: Iterable[dict[str, Any]]) -> Iterable[Claim]:
    alert = ""
    for each in wall:
        alert = each.get("alert", alert)
        says = _CLAIMS.get(each.get("says", ""))
        if says:
            yield Claim(each["at"], f"lincoln-{room}", alert, says)


# Climbs and signs, each with what it claims; that somebody answered claims no delivery.
_CLAIMS = {
    "RECEIVED": "RECEIVED",
    "DELIVERED": "DELIVERED",
    "NOT DELIVERED": "NOT DELIVERED",
    "NOT DELIVERED, answered": "NOT DELIVERED",
}


def _read(path: Path, sql: str) -> list[Any]:
    """Return what a database says now; nothing if it cannot be read."""
    return _answer_of(path, sql) or []


def _answer_of(path: Path, sql: str) -> list[Any] | None:
    """Return what a database says now; None if it cannot be read."""
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.01)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()
    except sqlite3.Error:
        return None
