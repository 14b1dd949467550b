"""Posts letters to a receiver over one connection after another, each within its time.

Follows no redirect, retries nothing, reads no environment, and reads no more of an answer than a
gateway would.
"""

import http.client
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from police.conformance.judge import Answer, Silence
from police.conformance.letter import Letter
from service.tls import client_tls
from wire.clean import clean

# As a gateway does: a receipt for 5,000 alerts.
_LONGEST_ANSWER: Final = 256_000


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


class Line:
    """One connection to `url`, kept for the next letter; belongs to one thread."""

    def __init__(self, url: str, tls: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if tls else 80)
        self._path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        self._tls = tls
        self._http: http.client.HTTPConnection | None = None

    def post(self, letter: Letter, within: float, hang_up: bool = False) -> Answer | Silence:
        """Send a letter and return what came of it in so many seconds; never raises."""
        began = time.monotonic()
        handle: list[socket.socket] = []
        cut = threading.Event()

        def end() -> None:
            cut.set()
            for each in handle:
                _shut(each)

        timer = threading.Timer(within, end)
        timer.daemon = True
        timer.start()
        try:
            line = self._connected(within, handle.append)
            line.request("POST", self._path, letter.body, dict(letter.headers))
            if hang_up:
                self.close()
                return Silence("we hung up")
            answer = line.getresponse()
            body = answer.read(_LONGEST_ANSWER)
            if answer.will_close or len(body) == _LONGEST_ANSWER:
                self.close()
            return Answer(answer.status, body, time.monotonic() - began)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            words = (
                "it took too long" if cut.is_set() else clean(str(error)) or type(error).__name__
            )
            return Silence(words)
        finally:
            timer.cancel()
            for each in handle:
                each.close()

    def close(self) -> None:
        """Give the connection up."""
        if self._http:
            self._http.close()
        self._http = None

    def _connected(
        self, within: float, keep: Callable[[socket.socket], None]
    ) -> http.client.HTTPConnection:
        if self._http and self._http.sock and select.select([self._http.sock], [], [], 0)[0]:
            self.close()  # what is said before it is asked is goodbye
        if self._http is None:
            sock = socket.create_connection((self._host, self._port), within)
            keep(sock.dup())
            line = http.client.HTTPConnection(self._host, self._port)
            line.sock = (
                self._tls.wrap_socket(sock, server_hostname=self._host) if self._tls else sock
            )
            self._http = line
        else:
            keep(self._http.sock.dup())
        return self._http


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was over already
