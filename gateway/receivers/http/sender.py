"""Sends reports by one channel to an endpoint, and puts the outcome of each.  Decides nothing.

It belongs to the loop: where a connection stands idle, a report leaves in the turn that wrote it,
and its answer is read by the same thread.  Some connections stand beside each other, so a report
that hangs does not delay the next one; the core says when one has taken too long.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from gateway.core.effects import SendReport
from gateway.core.values import ReportId
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.polled_connection import PolledConnection
from gateway.receivers.http.posting import Posting
from gateway.receivers.http.server import Server
from gateway.receivers.http.transfer import Poster, Transfer
from gateway.receivers.resolver import Resolver
from service.guard import guarded
from service.polled import Poller

# Three reports at once and one with pictures: see queue.MOST_FLIGHTS.
_CONNECTIONS: Final = 4
_AS_IS: Final = Posting()


class Sender:
    """The sender to `url`; `credentials` sign, and say whom to trust and who we are."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        resolver: Resolver,
        poller: Poller,
        put: Callable[[Any], None],
        posting: Posting = _AS_IS,
    ) -> None:
        server = Server(url, lambda: credentials.tls, resolver)
        self._poster = Poster(server, credentials, posting)
        self._put = put
        self._connections = [PolledConnection(server, poller, put) for _ in range(_CONNECTIONS)]
        self._waiting: deque[SendReport] = deque()
        self._under_way: dict[ReportId, Transfer] = {}
        self._begin_safely = guarded(self._begin, put)

    @property
    def is_busy(self) -> bool:
        """True while a report is under way; any thread may ask."""
        return bool(self._under_way)

    def launch(self, launch: SendReport) -> None:
        """Send a report; ResponseReceived or SendFailed is put when it is over."""
        self._waiting.append(launch)
        self._send_waiting()

    def abort(self, flight: ReportId) -> None:
        """Cut a report off, or take it back if it has not left."""
        if transfer := self._under_way.pop(flight, None):
            transfer.abort()
        else:
            self._waiting = deque(each for each in self._waiting if each.flight != flight)

    def _send_waiting(self) -> None:
        while self._waiting and (connection := self._free()):
            self._begin_safely(connection, self._waiting.popleft())

    def _begin(self, connection: PolledConnection, launch: SendReport) -> None:
        transfer = Transfer(launch, connection, self._poster, self._put, self._over)
        self._under_way[launch.flight] = transfer
        transfer.send()

    def _over(self, transfer: Transfer) -> None:
        self._under_way.pop(transfer.flight, None)
        self._send_waiting()

    def _free(self) -> PolledConnection | None:
        """Return one over which a report leaves at once, or else one that is yet to connect."""
        free = [each for each in self._connections if each.is_free]
        return next((each for each in free if each.stands), free[0] if free else None)
