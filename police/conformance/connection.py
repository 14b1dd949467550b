"""Sends requests to a receiver over one connection after another, each within its time.

Follows no redirect, retries nothing, reads no environment, and reads no more of an answer than a
gateway would.
"""

import http.client
import select
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from police.conformance.judge import NoAnswer, Response
from police.conformance.request import SampleRequest
from service.tls import client_tls
from wire.clean import clean
from wire.limits import LARGEST_RECEIPT

# OpenSSL's numbers for a certificate whose signer is not among the trusted ones.
_NOT_TRUSTED: Final = frozenset({18, 19, 20, 21})


class Address(NamedTuple):
    """A receiver's URL, whom to trust (None: the public authorities), and who we are."""

    url: str
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def tls(self, certificate: bool) -> ssl.SSLContext | None:
        """Return what to connect with, with our own certificate or without; None for http."""
        if urlsplit(self.url).scheme != "https":
            return None
        shown = (self.cert, self.key) if certificate else (None, None)
        return client_tls(self.ca, *shown)


class Connection:
    """One connection to `url`, kept for the next request; belongs to one thread."""

    def __init__(self, url: str, tls: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if tls else 80)
        self._path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        self._tls = tls
        self._http: http.client.HTTPConnection | None = None
        # The same connection once more, below TLS, for the thread that ends it in time.
        self._socket: socket.socket | None = None

    def send(
        self, request: SampleRequest, within: float, hang_up: bool = False
    ) -> Response | NoAnswer:
        """Send a request and return what came of it in so many seconds; never raises."""
        began = time.monotonic()
        late = threading.Event()
        timer = threading.Timer(within, self._cut, (late,))
        timer.daemon = True
        timer.start()
        try:
            http_ = self._connected(within, late)
            http_.request(*self._line(request), request.body or None, dict(request.headers))
            if hang_up:
                self.close()
                return NoAnswer("the kit closed the connection")
            answer = http_.getresponse()
            body = answer.read(LARGEST_RECEIPT)
            if answer.will_close or len(body) == LARGEST_RECEIPT:
                self.close()
            return Response(answer.status, body, time.monotonic() - began)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            is_late = late.is_set() or isinstance(error, TimeoutError)
            return NoAnswer(f"it took over {within:g} s" if is_late else self._words(error))
        finally:
            timer.cancel()

    def close(self) -> None:
        """Give the connection up."""
        for each in (self._http, self._socket):
            if each:
                each.close()
        self._http = self._socket = None

    def _connected(self, within: float, late: threading.Event) -> http.client.HTTPConnection:
        if self._socket and select.select([self._socket], [], [], 0)[0]:
            self.close()  # bytes before a request mean that it is closing
        if self._http is None:
            connected = socket.create_connection((self._host, self._port), within)
            self._socket = connected.dup()
            if late.is_set():
                connected.close()
                raise TimeoutError
            self._http = http.client.HTTPConnection(self._host, self._port)
            self._http.sock = (
                self._tls.wrap_socket(connected, server_hostname=self._host)
                if self._tls
                else connected
            )
        return self._http

    def _line(self, request: SampleRequest) -> tuple[str, str]:
        """Return method and target of a request."""
        if request.after is None:
            return "POST", self._path
        return "GET", f"{self._path}{'&' if '?' in self._path else '?'}after={request.after}"

    def _cut(self, late: threading.Event) -> None:
        """End a request that has had its time; called from the timer's thread."""
        late.set()
        connected = self._socket
        try:
            if connected:
                connected.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was over already

    def _words(self, error: Exception) -> str:
        """Say why nothing came back, and what to do where that is known."""
        server = f"{self._host}:{self._port}"
        if isinstance(error, ssl.SSLCertVerificationError):
            words = f"{server} shows a certificate that is not good: {error.verify_message}"
            unknown = error.verify_code in _NOT_TRUSTED
            return f"{words}; name the authority that signed it with --ca" if unknown else words
        if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
            return f"{server} does not speak TLS; is its address http://?"
        if isinstance(error, socket.gaierror):
            return f"{self._host} cannot be looked up: {error.strerror}"
        strerror = error.strerror if isinstance(error, OSError) else None
        return f"{server}: {clean(strerror or str(error)) or type(error).__name__}"
