"""A gateway's disk: a real database of what was committed, and a backlog that a crash eats."""

import json
from collections.abc import Sequence

from gateway.core.effects import Save, SaveAlert
from gateway.core.events import Committed, OperatorActed, StoreFailed, StoreRecovered
from gateway.store import asked_actions, sql
from gateway.store.receipts import Delivery, delivery_of
from tests.in_memory import open_in_memory
from wire.ids import AlertId, EndpointName, IncidentId
from wire.stage import Stage

Note = Committed | StoreFailed | StoreRecovered


class Disk:
    """Commits as `gateway.store.writer` does: all that came in together, in its order, or nothing.

    `alerts` is what a power cut now would leave: each alert's presses, and how far they got.
    """

    def __init__(self) -> None:
        self.db = open_in_memory()
        self.backlog: list[Save] = []
        self.alerts: dict[AlertId, tuple[int, Stage]] = {}
        self.refuses = False
        self._given: set[int] = set()
        self.is_failing = False
        self._status: dict[IncidentId, Delivery] | None = None

    def presses(self, alert: AlertId) -> int:
        """How many presses of an alert a power cut now would leave; 0 if it is not there."""
        return self.alerts[alert][0] if alert in self.alerts else 0

    def alerts_of(self, incident: IncidentId) -> dict[AlertId, int]:
        """The alerts of an incident, with their presses, as a person may see them."""
        found = self.db.execute("SELECT id, presses FROM alert WHERE incident = ?", (incident,))
        return {AlertId(name): presses for name, presses in found}

    def ever_of(self, incident: IncidentId) -> dict[AlertId, int]:
        """The same, with those that a closed incident ended and that go on in another."""
        found = self.db.execute("SELECT alert, presses FROM ended WHERE incident = ?", (incident,))
        return {AlertId(name): presses for name, presses in found} | self.alerts_of(incident)

    def status(self, endpoints: Sequence[EndpointName]) -> dict[IncidentId, Delivery]:
        """Who has each incident that is not over, as `tocsin-gateway status` tells it."""
        if self._status is None:
            found = self.db.execute("SELECT id FROM incident WHERE status <> 'closed'").fetchall()
            self._status = {name: delivery_of(self.db, name, endpoints) for (name,) in found}
        return self._status

    def persons(self) -> set[str]:
        """The persons of the events that are stored here."""
        return {name for (name,) in self.db.execute("SELECT by FROM event WHERE by <> ''")}

    def closed(self) -> dict[AlertId, int]:
        """The alerts of incidents that are closed by this disk's word, with their presses."""
        return {AlertId(name): presses for name, presses in self.db.execute(_CLOSED)}

    def ask(self, deed: OperatorActed) -> None:
        """A person asks for something by the table of actions, where it stays until it is done."""
        if not self.refuses:
            row = deed.incident, deed.what, deed.by, json.dumps(deed.seen), deed.detail
            self.db.execute(_ASK, row)

    def asked(self) -> list[OperatorActed]:
        """What persons asked for, is not done and was not given since the last crash."""
        found = asked_actions.new_actions(self.db, self._given)
        self._given |= {each.number for each in found}
        return found

    def keep(self, work: list[Save]) -> None:
        self.backlog += work

    def commit(self) -> list[Note]:
        """Try to commit the backlog; return what the store would then tell the loop."""
        if not self.backlog:
            return []
        if self.refuses:
            self.is_failing = True
            return [StoreFailed("the disk refuses")]
        alerts = [each.id for each in self.backlog if isinstance(each, SaveAlert)]
        self._write()
        told: list[Note] = [StoreRecovered()] if self.is_failing else []
        self.is_failing = False
        return [*told, Committed(sql.states(self.db, alerts))] if alerts else told

    def crash(self) -> None:
        """The power was cut."""
        self.backlog = []
        self._given = set()
        self.is_failing = False

    def _write(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        sql.write(self.db, self.backlog)
        self.db.execute("COMMIT")
        self.backlog = []
        self._read_rows()

    def _read_rows(self) -> None:
        found = self.db.execute("SELECT id, presses, stage FROM alert")
        self.alerts = {AlertId(name): (presses, Stage(stage)) for name, presses, stage in found}
        self._status = None


_ASK = "INSERT INTO action (incident, what, by, seen, detail, at) VALUES (?,?,?,?,?,0)"
_CLOSED = (
    "SELECT alert.id, presses FROM alert JOIN incident ON incident.id = alert.incident"
    " WHERE status <> 'active'"
)
