"""A kept connection to one server, with a deadline for the whole exchange, cancellable from any
thread.

Each wait gets what is left of the whole, and names are looked up elsewhere, because a silent
resolver takes 20 s (docs/decisions/deadlines.md).  Progress is reported to the one who may cancel
it.  Nothing is retried, redirected or taken from the environment.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from gateway.receivers.http.movement import MEASURE_EVERY_S, Movement
from gateway.receivers.http.outgoing import OutgoingRequest, left
from gateway.receivers.http.protocol import ClientProtocol, HttpError, Request, Response
from gateway.receivers.resolver import Resolver
from service.cut_handle import CutHandle

_CONNECT_S: Final = 2.0
_CHUNK: Final = 65_536
_ACCEPTED: Final = range(200, 300)
_PORTS: Final = {"http": 80, "https": 443}


class NoResponseError(Exception):
    """A request got no response, or none that is one; the text says why."""


class DeadlineConnection:
    """A connection to the server of `url`.  `cut` belongs to any thread, all else to one at a time.

    `tls` says what a new connection is made with, `resolver` where its host is.
    """

    def __init__(self, url: str, tls: Callable[[], ssl.SSLContext], resolver: Resolver) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self.target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._resolver = resolver
        self._address = ""
        self._tls = tls if parts.scheme == "https" else None
        self._protocol = ClientProtocol()
        self._sock: socket.socket | None = None
        self._handle = CutHandle()

    @property
    def was_cut(self) -> bool:
        """True if the attempt under way was cut."""
        return self._handle.was_cut

    def begin(self) -> None:
        """A new attempt starts: forget that the one before was cut."""
        self._handle.begin()

    def cut(self) -> None:
        """End the attempt under way: its thread gets an error at once."""
        self._handle.cut()

    def send_now(self, request: Request) -> OutgoingRequest | None:
        """Hand the kernel what it takes of `request` at once, for `exchange` to go on with.

        Never waits; None if no connection stands ready, or `exchange` will say what is wrong.
        """
        sock = self._sock
        if sock is None or _is_stale(sock):
            return None
        try:
            outgoing = OutgoingRequest(sock, self._protocol.send(request))
            outgoing.send_now()
        except (OSError, HttpError):
            self.close()
            return None
        return outgoing

    def exchange(
        self,
        request: Request | OutgoingRequest,
        within: float,
        moved: Callable[[], None] = lambda: None,
    ) -> Response:
        """Send, and return the response, within so many seconds; raises NoResponseError.

        `moved` is called now and then while bytes move (`Movement`).
        """
        ends = time.monotonic() + within
        try:
            if isinstance(request, Request):
                sock = self._connection(ends)
                request = OutgoingRequest(sock, self._protocol.send(request))
            response = self._converse(request, ends, moved)
        except (OSError, HttpError) as error:
            self._give_up_address()
            raise NoResponseError(str(error) or type(error).__name__) from error
        if not self._protocol.is_reusable:
            self.close()
        self._note(response.status)
        return response

    def reach(self, within: float) -> None:
        """Connect anew, say nothing, and hang up; raises NoResponseError."""
        try:
            self._sock = self._connect(time.monotonic() + within)
        except OSError as error:
            raise NoResponseError(str(error) or type(error).__name__) from error
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection up."""
        if self._sock is not None:
            self._sock.close()
        self._sock = None
        self._handle.release()

    def _converse(
        self, request: OutgoingRequest, ends: float, moved: Callable[[], None]
    ) -> Response:
        sock = request.sock
        movement = Movement(sock, moved)
        refused = request.send_rest(ends, movement)
        response = None
        while response is None:
            sock.settimeout(min(left(ends), MEASURE_EVERY_S))
            try:
                data = sock.recv(_CHUNK)
            except TimeoutError:
                movement.measure()
                continue
            except OSError as error:
                raise refused or error from error
            movement.came(len(data))
            response = self._protocol.receive(data)
        if refused and response.status in _ACCEPTED:
            raise HttpError("the receiver accepted a report that it had not read") from refused
        return response

    def _connection(self, ends: float) -> socket.socket:
        if self._sock is not None and _is_stale(self._sock):
            self.close()
        if self._sock is None:
            self._protocol = ClientProtocol()
            self._sock = self._connect(ends)
        return self._sock

    def _connect(self, ends: float) -> socket.socket:
        addresses = self._resolver.get(self._host)
        if not addresses:
            raise OSError(f"the name {self._host} could not be resolved yet")
        for address in addresses[:-1]:
            try:
                return self._connect_to(address, min(ends, time.monotonic() + _CONNECT_S))
            except OSError:
                self._give_up_address()
                if self.was_cut:
                    raise
        return self._connect_to(addresses[-1], ends)

    def _connect_to(self, address: str, ends: float) -> socket.socket:
        self._address = address
        sock = socket.create_connection((address, self._port), min(left(ends), _CONNECT_S))
        sock.settimeout(left(ends))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._handle.hold(sock)
        return self._tls().wrap_socket(sock, server_hostname=self._host) if self._tls else sock

    def _note(self, status: int) -> None:
        """Only a server that takes reports proves an address good: any other may refuse."""
        if status in _ACCEPTED:
            self._resolver.worked(self._host, self._address)
        elif len(self._resolver.get(self._host)) > 1:
            self._give_up_address()

    def _give_up_address(self) -> None:
        self._resolver.failed(self._host, self._address)
        self.close()


def _is_stale(sock: socket.socket) -> bool:
    """Bytes before a request mean that the server is closing, or has sent an answer too many."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
