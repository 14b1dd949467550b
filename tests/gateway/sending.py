"""A sender under test, and what it has put."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from gateway.papers import Papers
from gateway.sender import Sender
from gateway.work import Flight, Launch, Way
from tests.gateway.endpoint import SECRET
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
    """A sender to `url` and what it has put; without papers it signs with the tests' secret."""

    def __init__(
        self, url: str, book: Book | None = None, with_papers: Papers | None = None
    ) -> None:
        self.notes: SimpleQueue[Any] = SimpleQueue()
        self.book = book or Book("127.0.0.1")
        self.sender = Sender(url, with_papers or papers(), self.book, self.notes.put)
        self.sender.start()

    def launch(self, version: int = 1, deadline: float = 4.0) -> Flight:
        flight = Flight(Way("county-911"), IncidentId("i-1"), version)
        self.sender.launch(Launch(flight, BODY, Seconds(deadline)))
        return flight

    def outcome(self) -> Any:
        return self.notes.get(timeout=5)


def papers(ca: Path | None = None) -> Papers:
    """Papers that sign with the tests' secret and have no certificate to show."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(SECRET)
        file.flush()
        return Papers(EndpointName("county-911"), ca, secrets=Path(file.name))
