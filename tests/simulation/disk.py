"""A gateway's disk: a real database of what was committed, and a backlog that a crash eats."""

from pathlib import Path

from gateway import rows
from gateway.layout import open_database
from gateway.work import Keep, KeepAlert, Kept, StoreFailed, StoreWell
from wire.ids import AlertId

Note = Kept | StoreFailed | StoreWell


class Disk:
    """Commits as `gateway.store` does: all that came in together, in its order, or nothing."""

    def __init__(self) -> None:
        self.db = open_database(Path(":memory:"))
        self.backlog: list[Keep] = []
        self.refuses = False
        self._failing = False

    def has(self, alert: AlertId, presses: int) -> bool:
        """True if a power cut now would not take this alert."""
        found = self.db.execute("SELECT presses FROM alert WHERE id = ?", (alert,)).fetchone()
        return found is not None and found[0] >= presses

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
