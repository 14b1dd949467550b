"""A requests session whose attempts can be cut off from outside, at any moment.

`timeout` in requests is no deadline: a server that drips a byte now and then holds it for ever, and
a silent resolver for 20 s (facts, reliability 0.7).  Here an Attempt holds a second handle on the
socket, whose shutdown ends whatever the library is waiting for; and names are looked up elsewhere.
"""

import socket
import threading
from collections.abc import Callable
from typing import Any, Final

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

Lookup = Callable[[str], str | None]

_CONNECT_S: Final = 2.0


class Attempt:
    """One request under way; `cut` may be called by any thread, at any time, more than once."""

    def __init__(self) -> None:
        self.was_cut = False
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None

    def hold(self, handle: socket.socket | None) -> None:
        """The request goes over the connection behind `handle`."""
        with self._lock:
            self._handle = handle
            if self.was_cut:
                _shut(handle)

    def cut(self) -> None:
        """End the request: the thread that makes it gets an error at once."""
        with self._lock:
            self.was_cut = True
            _shut(self._handle)


class _Current(threading.local):
    attempt: Attempt | None = None


_current: Final = _Current()


def _shut(handle: socket.socket | None) -> None:
    if handle is not None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already: the request is over


class _Cuttable(HTTPConnection):
    """A connection that goes to an address looked up before, and tells who may cut it."""

    lookup: Lookup
    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        address = type(self).lookup(self.host)
        if address is None:
            raise NewConnectionError(self, f"the name {self.host} could not be resolved yet")
        try:
            found = socket.create_connection((address, self.port), _CONNECT_S)
        except OSError as error:
            raise NewConnectionError(self, f"no connection to {address}: {error}") from error
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.handle = found.dup()
        self._tell()
        return found

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._tell()
        super().request(*args, **kwargs)

    def close(self) -> None:
        super().close()
        if self.handle is not None:
            self.handle.close()
            self.handle = None

    def _tell(self) -> None:
        if _current.attempt is not None:
            _current.attempt.hold(self.handle)


class _CuttableTls(_Cuttable, HTTPSConnection):
    """The same with TLS: the handle lies below it, so a handshake can be cut as well."""


class _Adapter(HTTPAdapter):
    """Keeps the pool of its one server at hand: to find it anew costs as much as to use it."""

    def __init__(self, lookup: Lookup, connections: int) -> None:
        self._lookup = lookup
        self._pool: Any = None
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, _Cuttable, self._lookup),
            "https": _pool(HTTPSConnectionPool, _CuttableTls, self._lookup),
        }

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = self._pool or super().get_connection_with_tls_context(*args, **kwargs)
        self._pool = pool
        return pool


def _pool(pool: type[HTTPConnectionPool], connection: type, lookup: Lookup) -> Any:
    cuttable = type(connection.__name__, (connection,), {"lookup": staticmethod(lookup)})
    return type(pool.__name__, (pool,), {"ConnectionCls": cuttable})


def cuttable_session(lookup: Lookup, connections: int) -> Session:
    """Return a session for one server; it follows no proxy, .netrc or CA of the environment."""
    session = Session()
    session.trust_env = False
    session.mount("https://", _Adapter(lookup, connections))
    session.mount("http://", _Adapter(lookup, connections))
    return session


class attempting:  # noqa: N801  (a context manager reads as a verb)
    """Within this block, requests of this thread belong to `attempt`."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def __enter__(self) -> Attempt:
        _current.attempt = self._attempt
        return self._attempt

    def __exit__(self, *_: object) -> None:
        _current.attempt = None
        self._attempt.hold(None)
