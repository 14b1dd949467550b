"""One report on its way to an endpoint: its posts, one after the other, and what came of them.

One answer belongs to one report.  It is matched by its connection, by the `webhook-id` that it
returns, or by the alerts that it names: where it may have neither, a connection serves one post.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from gateway.core.delivery.waits import WHOLE
from gateway.core.effects import SendReport
from gateway.core.events import ReportMoved, ResponseReceived, SendFailed
from gateway.core.formats.receipt import Refusal, judge_status
from gateway.core.values import Exchange
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.polled_connection import PolledConnection
from gateway.receivers.http.posting import Posting
from gateway.receivers.http.protocol import HttpError, Request, Response
from gateway.receivers.http.server import Server
from gateway.receivers.reloading import CredentialsError
from wire.clean import clean
from wire.ids import Wall

_NAME: Final = "webhook-id"


class Poster:
    """Makes the posts for one endpoint, each signed by the clock of the one that verifies it."""

    def __init__(self, server: Server, credentials: Credentials, posting: Posting) -> None:
        self.posting = posting
        self.clock = PeerClock()
        self._server = server
        self._credentials = credentials

    def request(self, name: str, body: str) -> Request:
        """Return the post of `body` under the webhook-id `name`; raises CredentialsError."""
        now = datetime.fromtimestamp(int(self.clock.now(Wall(time.time()))), UTC)
        fields = [
            ("Host", self._server.host),
            ("Content-Type", self.posting.media),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "tocsin"),
            (_NAME, name),
            ("webhook-timestamp", str(int(now.timestamp()))),
        ]
        if signature := self._credentials.sign(name, now, body):
            fields.append(("webhook-signature", signature))
        return Request("POST", self._server.target, fields, body.encode())


class Transfer:
    """Sends a report over `connection`.  What comes of it is put, after `over` was called."""

    def __init__(
        self,
        launch: SendReport,
        connection: PolledConnection,
        poster: Poster,
        put: Callable[[Any], None],
        over: Callable[["Transfer"], None],
    ) -> None:
        self.flight = launch.flight
        self._deadline = launch.deadline
        self._connection = connection
        self._poster = poster
        self._put = put
        self._over = over
        self._ends = time.monotonic() + WHOLE
        self._posts = poster.posting.split(launch.body)
        self._whole = f"{launch.flight.incident}.{launch.flight.version}"
        self._name = ""
        self._left_at = Wall(0.0)
        self._exchanges: list[Exchange] = []

    def send(self) -> None:
        """Send the next of its posts."""
        number = len(self._exchanges)
        self._name = self._whole if len(self._posts) == 1 else f"{self._whole}.{number + 1}"
        self._left_at = Wall(time.time())
        try:
            request = self._poster.request(self._name, self._posts[number])
            self._connection.send(request, self._ends, self)
        except (CredentialsError, HttpError) as error:
            self.failed(str(error))

    def abort(self) -> None:
        """Its time is up: the connection is closed."""
        self._connection.give_up(f"no answer within {self._deadline:g} s", self)

    def answered(self, response: Response) -> None:
        """A post was answered: the first answer that is a no, or else the last, is the report's."""
        named = response.headers.get(_NAME)
        if named != self._name and (named or not self._poster.posting.named):
            self._connection.close()
        if named not in (None, self._name):
            self.failed("the answer names the webhook-id of another report")
            return
        now = Wall(time.time())
        self._poster.clock.heard(response.status, response.headers, now)
        post, answer = self._posts[len(self._exchanges)].encode(), (response.body, now)
        sent = self._poster.posting.media, post, self._left_at
        self._exchanges.append(Exchange(*sent, *answer, response.status, response.headers))
        received = ResponseReceived(
            self.flight, response.status, response.body, response.headers, tuple(self._exchanges)
        )
        is_last = len(self._exchanges) == len(self._posts)
        if is_last or isinstance(judge_status(received), Refusal):
            self._put(received)
            self._over(self)
        else:
            self.send()

    def failed(self, reason: str) -> None:
        """No answer came, or none that is one."""
        self._put(SendFailed(self.flight, clean(reason)))
        self._over(self)

    def moved(self) -> None:
        """The report, or its answer, is on its way, however slowly."""
        self._put(ReportMoved(self.flight))
