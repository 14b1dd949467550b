"""A sender under test, and what it has put."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from gateway.core.effects import SendReport
from gateway.core.events import ReportMoved
from gateway.core.values import ChannelId, ReportId
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.posting import Posting
from gateway.receivers.http.sender import Sender
from tests.gateway.endpoint import SECRET
from tests.waiting import patience
from wire.ids import EndpointName, IncidentId, Seconds

BODY = '{"type":"incident.report","alerts":[{"id":"a"}]}'


class Book:
    """An address book: every host is at `addresses`, and what came of each is written down."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.notes: list[tuple[str, str]] = []

    def get(self, host: str) -> Sequence[str]:  # noqa: ARG002
        return self.addresses

    def worked(self, host: str, address: str) -> None:  # noqa: ARG002
        self.notes.append(("worked", address))

    def failed(self, host: str, address: str) -> None:  # noqa: ARG002
        self.notes.append(("failed", address))


class Sending:
    """A sender to `url` and what it has put; signs with the tests' secret by default."""

    def __init__(
        self,
        url: str,
        book: Book | None = None,
        credentials: Credentials | None = None,
        posting: Posting = Posting(),  # noqa: B008  (it cannot be changed)
    ) -> None:
        self.notes: SimpleQueue[Any] = SimpleQueue()
        self.book = book or Book("127.0.0.1")
        self.sender = Sender(url, credentials or signing(), self.book, self.notes.put, posting)
        self.sender.start()

    def launch(self, version: int = 1, deadline: float = 4.0, body: str = BODY) -> ReportId:
        flight = ReportId(ChannelId("county-911"), IncidentId("i-1"), version)
        self.sender.launch(SendReport(flight, body, Seconds(deadline)))
        return flight

    def outcome(self) -> Any:
        """What a report came to; that it moved meanwhile, as on a slow machine, is no outcome."""
        while isinstance(note := self.notes.get(timeout=patience(5)), ReportMoved):
            pass
        return note


def signing(ca: Path | None = None) -> Credentials:
    """Credentials that sign with the tests' secret and have no certificate to show."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(SECRET)
        file.flush()
        return Credentials(EndpointName("county-911"), ca, secrets=Path(file.name))
