"""Sends reports by one channel to an endpoint and puts the outcome of each.  Decides nothing.

Some threads have a connection each, so a report that hangs does not delay the next one.  A Standard
Webhooks signature is made anew for each attempt, by the clock of the one that verifies it.

One answer belongs to one report.  It is matched by its connection, by the `webhook-id` that it
returns, or by the alerts that it names: where it may have neither, a connection serves one post.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from threading import Lock
from typing import Any, Final

from gateway.core.delivery.queue import WHOLE
from gateway.core.effects import SendReport
from gateway.core.events import ReportMoved, ResponseReceived, SendFailed
from gateway.core.formats.receipt import Refusal, judge_status
from gateway.core.values import ReportId
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.posting import Posting
from gateway.receivers.http.protocol import Request, Response
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.reloading import CredentialsError
from gateway.receivers.resolver import Resolver
from service.guard import guarded
from service.watched_thread import WatchedThread, must_end_within
from wire.clean import clean
from wire.ids import Seconds, Wall

# Three reports at once and one with pictures: see queue.MOST_FLIGHTS.
_THREADS: Final = 4
# An attempt is cut off at its deadline, and then over within so many seconds.
_CUT_WITHIN: Final = 10.0
_NAME: Final = "webhook-id"
_AS_IS: Final = Posting()


class Sender:
    """The sender to `url`; `credentials` sign, and say whom to trust and who we are."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        resolver: Resolver,
        put: Callable[[Any], None],
        posting: Posting = _AS_IS,
    ) -> None:
        self._credentials = credentials
        self._posting = posting
        self._put = put
        self._connections = [
            _Connection(DeadlineConnection(url, lambda: credentials.tls, resolver))
            for _ in range(_THREADS)
        ]
        self._lock = Lock()
        self._clock = PeerClock()
        self._flights: dict[ReportId, _Connection] = {}

    def start(self) -> None:
        """Start the threads, so that the first report does not wait for one."""
        for number, each in enumerate(self._connections):
            name = f"sender-{each.transport.host}-{number}"
            WatchedThread(name, partial(self._run, each)).start()

    def launch(self, launch: SendReport) -> None:
        """Send a report; ResponseReceived or SendFailed is put when it is over."""
        with self._lock:
            connection = min(self._connections, key=lambda connection: connection.load)
            connection.load += 1
            self._flights[launch.flight] = connection
        connection.inbox.put(launch)

    def abort(self, flight: ReportId) -> None:
        """Cut a report off, or take it back if it has not left; its thread is free at once."""
        with self._lock:
            connection = self._flights.pop(flight, None)
            if connection and connection.flying == flight:
                connection.transport.cut()

    def _run(self, connection: "_Connection") -> None:
        attempt = guarded(self._attempt, self._put)
        while True:
            launch = connection.inbox.get()
            with must_end_within(Seconds(launch.deadline + _CUT_WITHIN)):
                attempt(connection, launch)
            with self._lock:
                connection.load -= 1
                connection.flying = None

    def _attempt(self, connection: "_Connection", launch: SendReport) -> None:
        flight = launch.flight
        with self._lock:
            if self._flights.get(flight) is not connection:
                return  # it was taken back before it left
            connection.transport.begin()
            connection.flying = flight
        try:
            self._put(self._send(connection.transport, launch))
        except (NoResponseError, CredentialsError) as error:
            late = f"no answer within {launch.deadline:g} s"
            cut = connection.transport.was_cut
            self._put(SendFailed(flight, late if cut else clean(str(error))))
        finally:
            with self._lock:
                if self._flights.get(flight) is connection:  # else it was relaunched elsewhere
                    del self._flights[flight]

    def _send(self, transport: DeadlineConnection, launch: SendReport) -> ResponseReceived:
        """Post all of a report; return the first answer that is a no, or else the last."""
        until = time.monotonic() + WHOLE
        posts = self._posting.split(launch.body)
        moved = partial(self._put, ReportMoved(launch.flight))
        for number, post in enumerate(posts, start=1):
            name = f"{launch.flight.incident}.{launch.flight.version}"
            name = name if len(posts) == 1 else f"{name}.{number}"
            came = self._post(transport, name, post, until - time.monotonic(), moved)
            response = ResponseReceived(launch.flight, came.status, came.body, came.headers)
            if isinstance(judge_status(response), Refusal):
                break
        return response

    def _post(
        self,
        transport: DeadlineConnection,
        name: str,
        body: str,
        within: float,
        moved: Callable[[], None],
    ) -> Response:
        request = Request("POST", transport.target, self._fields(transport, name, body))
        response = transport.exchange(request._replace(body=body.encode()), within, moved)
        named = response.headers.get(_NAME)
        if named != name and (named or not self._posting.named):
            transport.close()
        if named not in (None, name):
            raise NoResponseError("the answer names the webhook-id of another report")
        with self._lock:
            self._clock.heard(response.status, response.headers, Wall(time.time()))
        return response

    def _fields(self, transport: DeadlineConnection, name: str, body: str) -> list[tuple[str, str]]:
        now = datetime.fromtimestamp(int(self._clock.now(Wall(time.time()))), UTC)
        fields = [
            ("Host", transport.host),
            ("Content-Type", self._posting.media),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "tocsin"),
            (_NAME, name),
            ("webhook-timestamp", str(int(now.timestamp()))),
        ]
        if signature := self._credentials.sign(name, now, body):
            fields.append(("webhook-signature", signature))
        return fields


class _Connection:
    """One thread's own things; the first idle one gets a report, so its connection stays warm."""

    def __init__(self, transport: DeadlineConnection) -> None:
        self.transport = transport
        self.inbox: SimpleQueue[SendReport] = SimpleQueue()
        self.load = 0
        self.flying: ReportId | None = None
