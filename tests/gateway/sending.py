"""A sender under test, and what it has put."""

from pathlib import Path
from queue import SimpleQueue
from typing import Any

from gateway.sender import Sender
from gateway.transport import Lookup
from gateway.work import Flight, Launch, Way
from tests.gateway.endpoint import SECRET
from wire.ids import IncidentId, Seconds

BODY = '{"type":"incident.report","alerts":[{"id":"a"}]}'


class Sending:
    """A sender to `url` and what it has put."""

    def __init__(self, url: str, lookup: Lookup = str, ca: Path | None = None) -> None:
        self.notes: SimpleQueue[Any] = SimpleQueue()
        self.sender = Sender(url, SECRET, str(ca) if ca else None, lookup, self.notes.put)
        self.sender.start()

    def launch(self, version: int = 1, deadline: float = 4.0) -> Flight:
        flight = Flight(Way("county-911"), IncidentId("i-1"), version)
        self.sender.launch(Launch(flight, BODY, Seconds(deadline)))
        return flight

    def outcome(self) -> Any:
        return self.notes.get(timeout=5)
