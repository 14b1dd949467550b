"""The server of a URL: where it is, and how it is connected to.

Names are looked up elsewhere, because a silent resolver takes 20 s (docs/decisions/deadlines.md).
Nothing is redirected or taken from the environment.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from gateway.receivers.resolver import Resolver
from service.cut_handle import CutHandle
from service.tls_socket import TlsSocket, TlsSockets

# What it is depends on the URL; both have what a connection needs.
AnySocket = socket.socket | TlsSocket

_CONNECT_S: Final = 2.0
_ACCEPTED: Final = range(200, 300)
_PORTS: Final = {"http": 80, "https": 443}


class Connected(NamedTuple):
    """A connection that stands, and to which of the server's addresses."""

    sock: AnySocket
    address: str


class Server:
    """Where `url` leads; connections are made with `tls`, to where `resolver` says its host is."""

    def __init__(self, url: str, tls: Callable[[], ssl.SSLContext], resolver: Resolver) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self.target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._name = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._tls = tls if parts.scheme == "https" else None
        self._resolver = resolver

    def connect(self, ends: float, handle: CutHandle) -> Connected:
        """Connect by the moment `ends`, at one address after the other; raises OSError.

        It can be cut off by `handle`.  Raises CredentialsError while no files can be used.
        """
        addresses = self._resolver.get(self._name)
        if not addresses:
            raise OSError(f"the name {self._name} could not be resolved yet")
        for address in addresses[:-1]:
            try:
                return self._connect_to(address, min(ends, time.monotonic() + _CONNECT_S), handle)
            except OSError:
                if handle.was_cut:
                    raise
        return self._connect_to(addresses[-1], ends, handle)

    def answered(self, address: str, status: int) -> bool:
        """It answered there with `status`; False if another address should be tried next.

        Only a server that takes reports proves an address good: any other may refuse.
        """
        if status in _ACCEPTED:
            self._resolver.worked(self._name, address)
        elif len(self._resolver.get(self._name)) > 1:
            self._resolver.failed(self._name, address)
            return False
        return True

    def failed(self, address: str) -> None:
        """Nothing, or nothing that is an answer, came from there."""
        self._resolver.failed(self._name, address)

    def _connect_to(self, address: str, ends: float, handle: CutHandle) -> Connected:
        try:
            sock = socket.create_connection((address, self._port), min(left(ends), _CONNECT_S))
            sock.settimeout(left(ends))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            handle.hold(sock)
            if self._tls:
                return Connected(TlsSockets(self._tls()).wrap_socket(sock, self._name), address)
        except OSError:
            self.failed(address)
            raise
        return Connected(sock, address)


def left(ends: float) -> float:
    """Return the seconds until the moment `ends`; raises TimeoutError once it has come."""
    seconds = ends - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("timed out")
    return seconds


def is_accepted(status: int) -> bool:
    """True if a status says yes."""
    return status in _ACCEPTED


def is_stale(sock: AnySocket) -> bool:
    """Bytes before a request mean that the server is closing, or has sent an answer too many."""
    if isinstance(sock, TlsSocket) and sock.pending():
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
