"""A gateway's disk: a real database of what was committed, and a backlog that a crash eats."""

from pathlib import Path

from gateway import rows
from gateway.layout import open_database
from gateway.work import Keep, KeepAlert, Kept, StoreFailed, StoreWell
from wire.ids import AlertId, IncidentId
from wire.stage import Stage

Note = Kept | StoreFailed | StoreWell


class Disk:
    """Commits as `gateway.store` does: all that came in together, in its order, or nothing.

    `alerts` is what a power cut now would leave: each alert's presses, and how far they got.
    """

    def __init__(self) -> None:
        self.db = open_database(Path(":memory:"))
        self.backlog: list[Keep] = []
        self.alerts: dict[AlertId, tuple[int, Stage]] = {}
        self.refuses = False
        self._failing = False

    def presses(self, alert: AlertId) -> int:
        """How many presses of an alert a power cut now would leave; 0 if it is not there."""
        return self.alerts[alert][0] if alert in self.alerts else 0

    def alerts_of(self, incident: IncidentId) -> dict[AlertId, int]:
        """The alerts of an incident, with their presses, as a person may see them."""
        found = self.db.execute("SELECT id, presses FROM alert WHERE incident = ?", (incident,))
        return {AlertId(name): presses for name, presses in found}

    def persons(self) -> set[str]:
        """Whoever said anything that is written down here."""
        return {name for (name,) in self.db.execute("SELECT by FROM event WHERE by <> ''")}

    def closed(self) -> set[AlertId]:
        """The alerts of incidents that are closed by this disk's word."""
        return {name for (name,) in self.db.execute(_CLOSED)}

    def keep(self, work: list[Keep]) -> None:
        self.backlog += work

    def commit(self) -> list[Note]:
        """Try to commit the backlog; return what the store would then tell the loop."""
        if not self.backlog:
            return []
        if self.refuses:
            self._failing = True
            return [StoreFailed("the disk refuses")]
        alerts = [each.id for each in self.backlog if isinstance(each, KeepAlert)]
        self._write()
        told: list[Note] = [StoreWell()] if self._failing else []
        self._failing = False
        return [*told, Kept(rows.stages(self.db, alerts))] if alerts else told

    def crash(self) -> None:
        """The power was cut."""
        self.backlog = []
        self._failing = False

    def _write(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        rows.write(self.db, self.backlog)
        self.db.execute("COMMIT")
        self.backlog = []
        self._look()

    def _look(self) -> None:
        found = self.db.execute("SELECT id, presses, stage FROM alert")
        self.alerts = {AlertId(name): (presses, Stage(stage)) for name, presses, stage in found}


_CLOSED = (
    "SELECT alert.id FROM alert JOIN incident ON incident.id = alert.incident"
    " WHERE status <> 'active'"
)
