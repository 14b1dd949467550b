"""A connection to a camera that can be cut from another thread, over requests and urllib3.

A timeout of requests or urllib3 is one per wait: a camera that drips a byte at a time holds it for
ever (measured: facts, reliability 0.7).  Shutting the socket down ends name and certificate
exchange, header and body alike; only a name lookup is out of its reach.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, cast

from requests import Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from gateway.cameras.reach import Reach, addresses_of, anywhere


class Line(HTTPAdapter):
    """Carries one request at a time, of one thread; keeps its connection for the next one.

    Connects to no address that `reach` bars, whatever a resolver says in between.
    """

    def __init__(self, reach: Reach = anywhere) -> None:
        self._lock = threading.Lock()
        self._held: socket.socket | None = None
        self._is_cut = False
        self._plain = _held_by(self._hold, reach, HTTPConnection)
        self._secure = _held_by(self._hold, reach, HTTPSConnection)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def mend(self) -> None:
        """Make the line usable again after a cut."""
        with self._lock:
            self._is_cut = False

    def cut(self) -> None:
        """End whatever waits on the line now or would until `mend`; from any thread, at once."""
        with self._lock:
            self._is_cut = True
            if self._held:
                with contextlib.suppress(OSError):  # the camera hung up by itself
                    self._held.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        super().close()
        with self._lock:
            self._let_go()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Have the connections of the pool made here."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self._secure if pool.scheme == "https" else self._plain
        return pool

    def _hold(self, made: socket.socket) -> None:
        """Keep a handle of our own: urllib3 replaces its socket by another one under TLS."""
        with self._lock:
            self._let_go()
            if self._is_cut:
                made.close()
                raise ConnectionAbortedError("cut")
            self._held = made.dup()

    def _let_go(self) -> None:
        if self._held:
            self._held.close()
            self._held = None


class Visit(Session):
    """A session that goes where it was sent: no proxy, no .netrc, no redirect."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("http://", line)
        self.mount("https://", line)

    def get_redirect_target(self, resp: Response) -> None:
        """None, always: asked for a target, requests would first read the whole of the answer."""


def _held_by(hold: Callable[[socket.socket], None], reach: Reach, kind: type[Any]) -> type[Any]:
    class Held(kind):  # type: ignore[misc]  # the kind is given at run time
        _dns_host: str

        def _new_conn(self) -> socket.socket:
            made = self._connected()
            hold(made)
            return made

        def _connected(self) -> socket.socket:
            """To an address and not to the name, which stays that of certificate and Host."""
            name = self._dns_host
            try:
                *others, last = addresses_of(name, self.port, reach)
                for self._dns_host in others:
                    with contextlib.suppress(NewConnectionError):
                        return cast(socket.socket, super()._new_conn())
                self._dns_host = last
                return cast(socket.socket, super()._new_conn())
            except socket.gaierror as error:
                raise NameResolutionError(name, self, error) from error
            finally:
                self._dns_host = name

    return Held
