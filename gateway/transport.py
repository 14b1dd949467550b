"""A transport adapter for requests: one kept-alive connection to one server, cut off at any moment.

`timeout` in requests is no deadline: a server that drips a byte now and then holds it for ever, and
a silent resolver for 20 s (facts, reliability 0.7).  Here a second handle on the socket ends
whatever is being waited for, and names are looked up elsewhere.  Nothing is retried, redirected or
taken from the environment.  The adapter that requests brings along spends three times as long
until the request has left (bench: single), for pools and retries that one line does not need.
"""

import io
import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.structures import CaseInsensitiveDict


class Directory(Protocol):
    """Where hosts are, best first; it heeds what came of each address.  Never waits."""

    def get(self, host: str) -> Sequence[str]:
        """Return the addresses of `host`, none if there is none yet."""

    def worked(self, host: str, address: str) -> None:
        """A server that proved to be `host` took a request there."""

    def failed(self, host: str, address: str) -> None:
        """A request got nowhere there."""


_CONNECT_S: Final = 2.0
# A receipt for 5,000 alerts; anything longer is no receipt, and is not read.
LONGEST_ANSWER: Final = 256_000
_TAKEN: Final = range(200, 300)
_PORTS: Final = {"http": 80, "https": 443}


class Line(BaseAdapter):
    """One connection to the server of `url`.  `send` belongs to one thread, `cut` to any.

    `tls` says what a new connection is made with, `directory` where its host is.
    """

    def __init__(self, url: str, tls: Callable[[], ssl.SSLContext], directory: Directory) -> None:
        super().__init__()
        parts = urlsplit(url)
        self.was_cut = False
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._directory = directory
        self._address = ""
        self._tls = tls if parts.scheme == "https" else None
        self._head = f" HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        self._sock: socket.socket | None = None
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A new attempt starts: forget that the one before was cut."""
        with self._lock:
            self.was_cut = False

    def cut(self) -> None:
        """End the attempt under way: its thread gets an error at once."""
        with self._lock:
            self.was_cut = True
            _shut(self._handle)

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002  (the signature is requests')
        timeout: Any = None,
        verify: Any = True,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> Response:
        """Send and return the answer, its body bounded; raises requests' ConnectionError.

        `timeout` is seconds without a sign of life; the deadline is whoever calls `cut`.
        """
        try:
            sock = self._connection(timeout)
            sock.sendall(self._bytes(request))
            answer = HTTPResponse(sock, method=request.method)
            answer.begin()
            body = answer.read(LONGEST_ANSWER + 1)
            if len(body) > LONGEST_ANSWER:
                raise OSError(f"its answer is longer than {LONGEST_ANSWER} bytes")
            if answer.will_close:
                self.close()
            self._heed(answer.status)
        except (OSError, HTTPException) as error:
            self._give_up_address()
            raise NoConnection(str(error) or type(error).__name__) from error
        return _response(request, answer, body)

    def close(self) -> None:
        """Give the connection up."""
        with self._lock:
            for each in (self._sock, self._handle):
                if each is not None:
                    each.close()
            self._sock = self._handle = None

    def _connection(self, timeout: float | None) -> socket.socket:
        if self._sock is not None and _is_stale(self._sock):
            self.close()
        if self._sock is None:
            self._sock = self._connect(timeout)
        return self._sock

    def _connect(self, timeout: float | None) -> socket.socket:
        addresses = self._directory.get(self._host)
        if not addresses:
            raise OSError(f"the name {self._host} could not be resolved yet")
        for address in addresses[:-1]:
            try:
                return self._connect_to(address, _CONNECT_S, timeout)
            except OSError:
                self._give_up_address()
                if self.was_cut:
                    raise
        return self._connect_to(addresses[-1], timeout, timeout)

    def _connect_to(
        self, address: str, patience: float | None, timeout: float | None
    ) -> socket.socket:
        self._address = address
        sock = socket.create_connection((address, self._port), _CONNECT_S)
        sock.settimeout(patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._handle = sock.dup()
            if self.was_cut:
                _shut(self._handle)
        if self._tls:
            sock = self._tls().wrap_socket(sock, server_hostname=self._host)
        sock.settimeout(timeout)
        return sock

    def _heed(self, status: int) -> None:
        """Only who takes reports is a good address: another one's refusal must not bind us."""
        if status in _TAKEN:
            self._directory.worked(self._host, self._address)
        elif len(self._directory.get(self._host)) > 1:
            self._give_up_address()

    def _give_up_address(self) -> None:
        self._directory.failed(self._host, self._address)
        self.close()

    def _bytes(self, request: PreparedRequest) -> bytes:
        lines = "".join([f"{name}: {value}\r\n" for name, value in request.headers.items()])
        head = f"{request.method} {request.path_url}{self._head}{lines}\r\n"
        body = request.body or b""
        return head.encode("latin-1") + (body.encode() if isinstance(body, str) else body)


def session_over(line: Line) -> Session:
    """Return a session whose every request goes over `line`."""
    session = Session()
    session.trust_env = False
    session.mount("https://", line)
    session.mount("http://", line)
    return session


def _shut(handle: socket.socket | None) -> None:
    if handle is not None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already: the attempt is over


def _is_stale(sock: socket.socket) -> bool:
    """A server that says something before it is asked has said goodbye."""
    return bool(select.select([sock], [], [], 0)[0])


def _response(request: PreparedRequest, answer: HTTPResponse, body: bytes) -> Response:
    response = Response()
    response.request = request
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers.items())
    response.raw = io.BytesIO(body)
    return response
