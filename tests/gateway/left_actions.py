"""A gateway that takes actions, and the folder in which a console leaves them."""

import sqlite3
from pathlib import Path

from gateway.app.console_actions import ConsoleActions
from gateway.config.register import parse_register
from gateway.console.plan_editor import PlanEditor
from gateway.core.events import HealthStatus, OperatorActed
from gateway.store.action_folder import ActionFolder, LeftActions
from gateway.store.actions import ActionQueue
from tests.gateway.stored import Disk
from tests.waiting import patience
from wire.ids import AlertId, IncidentId

INCIDENT = IncidentId("11111111-1111-4111-8111-111111111111")
ALERT = AlertId("22222222-2222-4222-8222-222222222222")
ROOMS = "room,name,building,floor,unit,cameras,x,y\n204,Library,Main,2,lincoln-204,hall-2,,\n"
GOOD = {"incident": INCIDENT, "what": "message", "by": "Ann", "text": "", "side": 1, "detail": ""}


def named(number: int) -> str:
    """The name of an action, so many nanoseconds after the epoch."""
    return f"{number:020}-33333333-3333-4333-8333-333333333333.action"


class Gateway:
    """A store with the thread's work beside it, and the folder that a console leaves actions in."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder)
        self.trouble: str | None = None
        self.rooms = folder / "rooms.csv"
        self.rooms.write_text(ROOMS)
        self.folder = folder / "console" / "actions"
        self.console = ActionFolder(self.folder, lambda _: {ALERT: 2})
        register, _ = parse_register(ROOMS)
        self._taking = ConsoleActions(
            LeftActions(self.folder), ActionQueue(self.disk.path), PlanEditor(self.rooms),
            register, self._note,
        )  # fmt: skip

    def _note(self, event: object) -> None:
        if isinstance(event, HealthStatus):
            self.trouble = event.detail
        else:
            self.disk.notes.put(event)

    def take(self) -> list[str]:
        """One turn; returns what still lies in the folder."""
        self._taking.take()
        return sorted(each.name for each in self.folder.iterdir())

    def heard(self) -> OperatorActed:
        found = self.disk.notes.get(timeout=patience(5))
        assert isinstance(found, OperatorActed)
        return found

    def rows(self) -> int:
        with sqlite3.connect(self.disk.path) as db:
            return int(db.execute("SELECT count(*) FROM action").fetchone()[0])
