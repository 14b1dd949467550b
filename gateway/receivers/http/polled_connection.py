"""A kept connection to one server that a loop polls: a request leaves at once, and its answer is
heard when it has come.

Nothing here waits, but for connecting, which has a thread (`connecting.py`).  Its owner ends what
takes too long: `give_up` closes it.  Nothing is retried.
"""

import logging
import select
import ssl
from collections.abc import Callable
from typing import Any, Final, Protocol

from gateway.receivers.http.connecting import Connecting
from gateway.receivers.http.movement import Movement
from gateway.receivers.http.protocol import ClientProtocol, HttpError, Request, Response
from gateway.receivers.http.server import Connected, Server, is_accepted, is_stale
from service.events import CallbackFailed
from service.polled import Poller
from service.tls_socket import TlsSocket

log = logging.getLogger(__name__)

_SENT_AT_ONCE: Final = 65_536
# h11 takes 22 ms for so much of the worst that there is, an answer in chunks of a byte.
_READ_AT_ONCE: Final = 4096
_WOULD_WAIT: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Listener(Protocol):
    """Hears what comes of a request."""

    def answered(self, response: Response) -> None:
        """This is the response."""

    def failed(self, reason: str) -> None:
        """There will be none, for this reason."""

    def moved(self) -> None:
        """The request, or its response, is on its way (`Movement`)."""


class PolledConnection:
    """A connection to `server`; belongs to the thread that polls.

    `put` takes a CallbackFailed.
    """

    def __init__(self, server: Server, poller: Poller, put: Callable[[Any], None]) -> None:
        self._server = server
        self._poller = poller
        self._put = put
        self._protocol = ClientProtocol()
        self._connecting: Connecting | None = None
        self._connected: Connected | None = None
        self._listener: Listener | None = None
        self._movement: Movement | None = None
        self._rest = memoryview(b"")
        # How the server hung up while it was sent to, or what could not be sent at all.
        self._fault: OSError | None = None

    @property
    def is_free(self) -> bool:
        """True while no request is under way."""
        return self._listener is None

    @property
    def stands(self) -> bool:
        """True if the server is connected: a request would leave at once."""
        return self._connected is not None

    def send(self, request: Request, ends: float, listener: Listener) -> None:
        """Send `request`, over a connection that stands by the moment `ends` at the latest.

        What the kernel takes leaves at once.  `listener` hears of it later; raises HttpError for a
        request that would not be one.
        """
        if self._connected and is_stale(self._connected.sock):
            self.close()
        if self._connected is None:
            self._protocol = ClientProtocol()
        self._rest = memoryview(self._protocol.send(request))
        self._listener, self._fault = listener, None
        if self._connected:
            self._write(self._connected)
        else:
            self._connecting = Connecting(self._server, ends, self._poller.wake, self._put)
            self._poller.watch(self)

    def give_up(self, reason: str, listener: Listener) -> None:
        """End the request of `listener`, which hears that it failed, if it is still under way."""
        if listener is not self._listener:
            return
        if self._connected:
            self._server.failed(self._connected.address)
        self.close()
        self._over().failed(reason)

    def close(self) -> None:
        """Give the connection up."""
        if self._connecting:
            self._connecting.give_up()
        if self._connected:
            self._connected.sock.close()
        if self._connecting or self._connected:
            self._poller.unwatch(self)
        self._connecting = self._connected = None

    def register(self, poll: select.poll) -> int | None:
        """Have `poll` wait for the socket: for room while there is something to send."""
        if self._connected is None:
            return None
        descriptor = self._connected.sock.fileno()
        poll.register(descriptor, select.POLLOUT if self._rest else select.POLLIN)
        return descriptor

    def has_input(self) -> bool:
        """True if TLS has decrypted more than was read, or a fault is still to be told."""
        if self._connected is None:
            return self._connecting is not None and self._connecting.outcome is not None
        sock = self._connected.sock
        return self._fault is not None or (isinstance(sock, TlsSocket) and sock.pending() > 0)

    def serve(self, ready: int) -> bool:
        """Send and read what can be, a little at a time.  False: a poll shows what is left."""
        try:
            self._serve(ready)
        except (OSError, HttpError) as error:
            self._end(str(error) or type(error).__name__)
        except Exception as error:  # contains this connection: no other report shares its fate
            log.exception("a connection to %s failed", self._server.host)
            self._put(CallbackFailed("connection", repr(error)))
            self._end(repr(error))
        return False

    def _serve(self, ready: int) -> None:
        if self._connecting and self._connecting.outcome:
            self._go_on(self._connecting.outcome)
        elif self._connected and (ready or self.has_input()):
            if self._rest and not self._fault:
                self._write(self._connected)
            else:
                self._read(self._connected)
        if self._movement:
            self._movement.measure()

    def _go_on(self, outcome: Connected | Exception) -> None:
        """Connecting has come to an end."""
        self._connecting = None
        if isinstance(outcome, Connected):
            self._connected = outcome
            self._write(outcome)
        else:
            self._poller.unwatch(self)
            raise HttpError(str(outcome) or type(outcome).__name__) from outcome

    def _write(self, to: Connected) -> None:
        """Hand the kernel what it takes at once."""
        sock, listener = to.sock, self._listener
        assert listener is not None  # noqa: S101  (there is a request)
        sock.settimeout(0)
        handed = 0
        try:
            handed = sock.send(self._rest[:_SENT_AT_ONCE])
        except _WOULD_WAIT:
            pass
        except OSError as error:  # it may have said why before it hung up
            self._fault = error
        self._rest = self._rest[handed:]
        if self._movement is None:
            self._movement = Movement(sock, listener.moved)
        self._movement.handed(handed)

    def _read(self, of: Connected) -> None:
        try:
            data = of.sock.recv(_READ_AT_ONCE)
        except _WOULD_WAIT:
            if self._fault:
                raise self._fault from None
            return
        except OSError as error:
            raise self._fault or error from error
        if self._movement is None:  # nobody asked: it is closing, or says an answer too many
            self.close()
            return
        self._movement.came(len(data))
        if response := self._protocol.receive(data):
            self._take(of, response)

    def _take(self, of: Connected, response: Response) -> None:
        if self._fault and is_accepted(response.status):
            raise HttpError("the receiver accepted a report that it had not read")
        may_stay = self._server.answered(of.address, response.status)
        if self._fault or not may_stay or not self._protocol.is_reusable:
            self.close()
        self._over().answered(response)

    def _end(self, reason: str) -> None:
        """It is of no more use."""
        if self._listener:
            self.give_up(reason, self._listener)
        else:
            self.close()

    def _over(self) -> Listener:
        listener, self._listener, self._movement = self._listener, None, None
        self._rest = memoryview(b"")
        assert listener is not None  # noqa: S101  (there was a request)
        return listener
