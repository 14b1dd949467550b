"""Sends reports by one channel to an endpoint and puts the outcome of each.  Decides nothing.

Some threads have a connection each, so a report that hangs does not delay the next one.  Where one
stands idle, a report leaves in the turn that wrote it, before its thread is awake.  A Standard
Webhooks signature is made anew for each attempt, by the clock of the one that verifies it.

One answer belongs to one report.  It is matched by its connection, by the `webhook-id` that it
returns, or by the alerts that it names: where it may have neither, a connection serves one post.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from threading import Lock
from typing import Any, Final

from gateway.core.delivery.waits import WHOLE
from gateway.core.effects import SendReport
from gateway.core.events import ReportMoved, ResponseReceived, SendFailed
from gateway.core.formats.receipt import Refusal, judge_status
from gateway.core.values import Exchange, ReportId
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.outgoing import OutgoingRequest
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
        self._send_now = guarded(self._leave, put)
        self._lock = Lock()
        self._clock = PeerClock()
        self._flights: dict[ReportId, _Connection] = {}

    @property
    def is_busy(self) -> bool:
        """True while a report is under way; any thread may ask."""
        return bool(self._flights)

    def start(self) -> None:
        """Start the threads, so that the first report does not wait for one."""
        for number, each in enumerate(self._connections):
            name = f"sender-{each.transport.host}-{number}"
            WatchedThread(name, partial(self._run, each)).start()

    def launch(self, launch: SendReport) -> None:
        """Send a report; ResponseReceived or SendFailed is put when it is over."""
        with self._lock:
            connection = min(self._connections, key=lambda connection: connection.load)
            is_idle = connection.load == 0
            connection.load += 1
            self._flights[launch.flight] = connection
        if is_idle and self._posting.is_single:
            self._send_now(connection, launch)
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

    def _leave(self, connection: "_Connection", launch: SendReport) -> None:
        """Hand the kernel what it takes now, so that nothing waits for a thread to wake up."""
        transport = connection.transport
        with suppress(CredentialsError):  # its thread comes to the same, and reports it
            request = self._request(transport, _name_of(launch), launch.body)
            connection.outgoing = transport.send_now(request)
            connection.left_at = Wall(time.time())

    def _attempt(self, connection: "_Connection", launch: SendReport) -> None:
        flight = launch.flight
        outgoing, connection.outgoing = connection.outgoing, None
        with self._lock:
            is_ours = self._flights.get(flight) is connection
            if is_ours:
                connection.transport.begin()
                connection.flying = flight
        if not is_ours:  # it was taken back
            if outgoing:
                connection.transport.close()
            return
        try:
            self._put(self._send(connection, launch, outgoing))
        except (NoResponseError, CredentialsError) as error:
            late = f"no answer within {launch.deadline:g} s"
            cut = connection.transport.was_cut
            self._put(SendFailed(flight, late if cut else clean(str(error))))
        finally:
            with self._lock:
                if self._flights.get(flight) is connection:  # else it was relaunched elsewhere
                    del self._flights[flight]

    def _send(
        self,
        connection: "_Connection",
        launch: SendReport,
        outgoing: OutgoingRequest | None,
    ) -> ResponseReceived:
        """Post all of a report; return the first answer that is a no, or else the last."""
        until, transport = time.monotonic() + WHOLE, connection.transport
        whole = _name_of(launch)
        posts = self._posting.split(launch.body)
        moved = partial(self._put, ReportMoved(launch.flight))
        exchanges: list[Exchange] = []
        for number, post in enumerate(posts, start=1):
            name = whole if len(posts) == 1 else f"{whole}.{number}"
            left_at = connection.left_at if outgoing else Wall(time.time())
            request = outgoing or self._request(transport, name, post)
            came = self._post(transport, name, request, until - time.monotonic(), moved)
            exchanges.append(self._exchange(post, left_at, came))
            response = ResponseReceived(
                launch.flight, came.status, came.body, came.headers, tuple(exchanges)
            )
            if isinstance(judge_status(response), Refusal):
                break
        return response

    def _exchange(self, post: str, left_at: Wall, came: Response) -> Exchange:
        now = Wall(time.time())
        answer = came.body, now, came.status, came.headers
        return Exchange(self._posting.media, post.encode(), left_at, *answer)

    def _post(
        self,
        transport: DeadlineConnection,
        name: str,
        request: Request | OutgoingRequest,
        within: float,
        moved: Callable[[], None],
    ) -> Response:
        response = transport.exchange(request, within, moved)
        named = response.headers.get(_NAME)
        if named != name and (named or not self._posting.named):
            transport.close()
        if named not in (None, name):
            raise NoResponseError("the answer names the webhook-id of another report")
        with self._lock:
            self._clock.heard(response.status, response.headers, Wall(time.time()))
        return response

    def _request(self, transport: DeadlineConnection, name: str, body: str) -> Request:
        fields = self._fields(transport, name, body)
        return Request("POST", transport.target, fields, body.encode())

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
        # What has begun to leave before the thread has taken it from its inbox.
        self.outgoing: OutgoingRequest | None = None
        self.left_at = Wall(0.0)
        self.load = 0
        self.flying: ReportId | None = None


def _name_of(launch: SendReport) -> str:
    return f"{launch.flight.incident}.{launch.flight.version}"
