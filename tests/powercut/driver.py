"""A process that keeps alerts as the gateway, or the unit, does, and says what it has acknowledged.

    driver.py gateway|gateway-normal|gateway-off|unit|unit-hasty PATH FIRST LAST

It commits alerts FIRST to LAST one by one, and then dies without a word to its files.
"""

import os
import queue
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from device.events import Journaled, StoredAlert
from device.journal import Journal
from device.rows import Batch
from gateway.core.effects import Save, SaveAlert, SaveEvent, SaveIncident, SaveReceipt
from gateway.core.events import Committed
from gateway.core.values import Room
from gateway.store.saved_state import SavedState
from gateway.store.writer import Store
from tests.waiting import patience
from wire.ids import AlertId, BootId, EndpointName, IncidentId, Monotonic, RoomId, UnitId, Wall
from wire.stage import Stage

INCIDENT = IncidentId("9d1f4a3e-7a0f-5c52-8d4b-0f4b5d7c0001")
POLICE = EndpointName("county-911")


class HastyStore(Store):
    """A store that waits for its disk less than it should."""

    def __init__(self, path: Path, put: Callable[[Any], None], how: str) -> None:
        super().__init__(path, put)
        self._how = how

    def load(self, endpoints: Sequence[EndpointName], now: Monotonic) -> SavedState:
        held = super().load(endpoints, now)
        assert self._db is not None
        self._db.execute(f"PRAGMA synchronous = {self._how}")
        return held


class HastyJournal(Journal):
    """A journal that acknowledges what it is about to write."""

    def _next_batch(self, wake: bool) -> Batch | None:
        batch = super()._next_batch(wake)
        for alert, row in (batch or {}).items():
            if row is not None:
                self._put(Journaled(alert, row.presses))
        return batch


def alert(number: int) -> AlertId:
    return AlertId(f"aaaaaaaa-0000-4000-8000-{number:012d}")


def keep_as_gateway(store: Store, notes: "queue.SimpleQueue[Any]", first: int, last: int) -> None:
    store.load([POLICE], Monotonic(0.0))
    store.start()
    for number in range(first, last):
        store.keep(_work(number))
        while not isinstance(note := notes.get(timeout=patience(20)), Committed):
            pass
        for name, _, stage, _, presses in note.alerts:
            say(f"{name} {presses} {stage:d}")


def _work(number: int) -> list[Save]:
    """A press with what comes with it; every fourth one is a further press on an alert."""
    presses = 2 if number % 4 == 3 else 1
    name = alert(number - presses + 1)
    where = Room("204", "Room 204", "2", "Main")
    row = SaveAlert(
        name, INCIDENT, "panic", UnitId("lincoln-204"), where, Wall(1.0), Wall(1.1), presses, ()
    )
    return [
        row,
        SaveIncident(INCIDENT, Wall(1.0), number, "active"),
        SaveEvent(INCIDENT, Wall(2.0), f"report {number} left", ""),
        SaveReceipt(POLICE, f"r-{number}", ((name, presses),), Wall(2.0)),
    ]


def keep_as_unit(journal: Journal, notes: "queue.SimpleQueue[Any]", first: int, last: int) -> None:
    journal.start()
    for number in range(first, last):
        presses = 2 if number % 4 == 3 else 1
        name = alert(number - presses + 1)
        if number % 8 == 7:
            say(f"{alert(number - 6)} 0 0")  # from here on it need not be there
            journal.forget(alert(number - 6))
        journal.save(
            StoredAlert(
                name,
                BootId("00000000-0000-4000-8000-000000000001"),
                number + 1,
                RoomId("204"),
                Monotonic(float(number)),
                Wall(1.8e9),
                presses,
                Stage.PRESSED,
            )
        )
        while notes.get(timeout=patience(20)) != Journaled(name, presses):
            pass
        say(f"{name} {presses} {Stage.PRESSED:d}")


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def main(kind: str, path: Path, first: int, last: int) -> None:
    notes: queue.SimpleQueue[Any] = queue.SimpleQueue()
    role, _, how = kind.partition("-")
    if role == "gateway":
        store = HastyStore(path, notes.put, how) if how else Store(path, notes.put)
        keep_as_gateway(store, notes, first, last)
    else:
        journal = (HastyJournal if how else Journal)(path, "boot-1", notes.put)
        keep_as_unit(journal, notes, first, last)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
