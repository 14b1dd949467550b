"""A sender under test, and what it has put."""

import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from gateway.app.inbox import Inbox
from gateway.core.effects import SendReport
from gateway.core.events import ReportMoved, SendFailed
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


# A sender's connections last as long as its process.
_ALL: Final[list["Sending"]] = []


class Sending:
    """A sender to `url` and what it has put; signs with the tests' secret by default.

    The test is its loop: the sender goes on while the test waits for something.
    """

    def __init__(
        self,
        url: str,
        book: Book | None = None,
        credentials: Credentials | None = None,
        posting: Posting = Posting(),  # noqa: B008  (it cannot be changed)
    ) -> None:
        self.inbox = Inbox()
        self.notes: deque[Any] = deque()
        self.book = book or Book("127.0.0.1")
        self.sender = Sender(
            url, credentials or signing(), self.book, self.inbox, self.inbox.put, posting
        )
        _ALL.append(self)

    def launch(self, version: int = 1, deadline: float = 4.0, body: str = BODY) -> ReportId:
        flight = ReportId(ChannelId("county-911"), IncidentId("i-1"), version)
        self.sender.launch(SendReport(flight, body, Seconds(deadline)))
        return flight

    def turn(self, within: float = 0.05) -> bool:
        """Let it go on for a moment; true, so that a test can wait for something with it."""
        self.notes += self.inbox.take(within, 100)
        return True

    def slowest_until_failed(self) -> float:
        """Turn until a report has failed; the longest turn's processor time in seconds."""
        slowest, ends = 0.0, time.monotonic() + patience(5)
        while not any(isinstance(each, SendFailed) for each in self.notes):
            assert time.monotonic() < ends
            began = time.thread_time()
            self.turn()
            slowest = max(slowest, time.thread_time() - began)
        return slowest

    def outcome(self) -> Any:
        """What a report came to; that it moved meanwhile, as on a slow machine, is no outcome."""
        ends = time.monotonic() + patience(5)
        while time.monotonic() < ends:
            while self.notes:
                note = self.notes.popleft()
                if not isinstance(note, ReportMoved):
                    return note
            self.turn()
        raise AssertionError("nothing came of a report")


def signing(ca: Path | None = None) -> Credentials:
    """Credentials that sign with the tests' secret and have no certificate to show."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(SECRET)
        file.flush()
        return Credentials(EndpointName("county-911"), ca, secrets=Path(file.name))
