"""A running store of the gateway, with what is kept in it."""

from pathlib import Path
from queue import SimpleQueue
from typing import Any

from gateway.core.effects import (
    Save,
    SaveAlert,
    SaveIncident,
)
from gateway.core.values import Room
from gateway.store.writer import Store
from tests.waiting import patience
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, UnitId, Wall

POLICE = EndpointName("county-911")
INCIDENT = IncidentId("i-1")
UNIT = UnitId("lincoln-204")
OPEN = SaveIncident(INCIDENT, Wall(1.0), 1, "active")


def alert(name: str, presses: int = 1) -> SaveAlert:
    room = Room("204", "Room 204", "2", "Main")
    return SaveAlert(
        AlertId(name),
        INCIDENT,
        "panic",
        UnitId("lincoln-204"),
        room,
        Wall(1.0),
        Wall(1.1),
        presses,
        (),
    )


class Disk:
    """A running store and what it has put."""

    def __init__(self, folder: Path) -> None:
        self.notes: SimpleQueue[Any] = SimpleQueue()
        self.path = folder / "tocsin.db"
        self.store = Store(self.path, self.notes.put)
        self.held = self.store.load([POLICE], Monotonic(0.0))
        self.store.start()

    def keep(self, *work: Save) -> Any:
        self.store.keep(list(work))
        return self.notes.get(timeout=patience(5))
