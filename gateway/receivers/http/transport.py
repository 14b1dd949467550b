"""A kept connection to one server, with a deadline for the whole exchange, for a thread that may
wait: for what is asked of receivers, never for reports.

Each wait gets what is left of the whole.  Nothing is retried.
"""

import ssl
import time
from collections.abc import Callable
from typing import Final

from gateway.receivers.http.protocol import ClientProtocol, HttpError, Request, Response
from gateway.receivers.http.server import (
    AnySocket,
    Connected,
    Server,
    is_accepted,
    is_stale,
    left,
)
from gateway.receivers.resolver import Resolver
from service.cut_handle import CutHandle

_CHUNK: Final = 65_536
_GO_ON: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


class NoResponseError(Exception):
    """A request got no response, or none that is one; the text says why."""


class DeadlineConnection:
    """A connection to the server of `url`; belongs to one thread at a time.

    `tls` says what a new connection is made with, `resolver` where its host is.
    """

    def __init__(self, url: str, tls: Callable[[], ssl.SSLContext], resolver: Resolver) -> None:
        self._server = Server(url, tls, resolver)
        self.host = self._server.host
        self.target = self._server.target
        self._protocol = ClientProtocol()
        self._connected: Connected | None = None

    def exchange(self, request: Request, within: float) -> Response:
        """Send, and return the response, within so many seconds; raises NoResponseError."""
        ends = time.monotonic() + within
        try:
            sock, address = self._connection(ends)
        except OSError as error:
            raise NoResponseError(str(error) or type(error).__name__) from error
        try:
            response = self._converse(sock, self._protocol.send(request), ends)
        except (OSError, HttpError) as error:
            self._server.failed(address)
            self.close()
            raise NoResponseError(str(error) or type(error).__name__) from error
        if not self._server.answered(address, response.status) or not self._protocol.is_reusable:
            self.close()
        return response

    def reach(self, within: float) -> None:
        """Connect anew, say nothing, and hang up; raises NoResponseError."""
        try:
            self._connected = self._connect(time.monotonic() + within)
        except OSError as error:
            raise NoResponseError(str(error) or type(error).__name__) from error
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection up."""
        if self._connected:
            self._connected.sock.close()
        self._connected = None

    def _converse(self, sock: AnySocket, data: bytes, ends: float) -> Response:
        refused = _send(sock, data, ends)
        response = None
        while response is None:
            sock.settimeout(left(ends))
            try:
                came = sock.recv(_CHUNK)
            except _GO_ON:
                continue
            except OSError as error:
                raise refused or error from error
            response = self._protocol.receive(came)
        if refused and is_accepted(response.status):
            raise HttpError("the receiver accepted what it had not read") from refused
        return response

    def _connection(self, ends: float) -> Connected:
        if self._connected and is_stale(self._connected.sock):
            self.close()
        if self._connected is None:
            self._protocol = ClientProtocol()
            self._connected = self._connect(ends)
        return self._connected

    def _connect(self, ends: float) -> Connected:
        handle = CutHandle()
        try:
            return self._server.connect(ends, handle)
        finally:
            handle.release()


def _send(sock: AnySocket, data: bytes, ends: float) -> OSError | None:
    """Send by the moment `ends`; returns how the server hung up meanwhile, for it may have said why
    before it did.
    """
    rest = memoryview(data)
    while rest:
        sock.settimeout(left(ends))
        try:
            rest = rest[sock.send(rest[:_CHUNK]) :]
        except _GO_ON:
            continue
        except (BrokenPipeError, ConnectionResetError) as error:
            return error
    return None
