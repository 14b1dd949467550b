"""A server that says what a test tells it to, byte for byte, to each request on a connection."""

import contextlib
import socket
import threading
from collections.abc import Sequence
from typing import Self

RECEIPT = b'{"receipt":"r-1","alerts":["a"]}'


def response(body: bytes = RECEIPT, head: bytes = b"200 OK", *fields: bytes) -> bytes:
    """A response of this head, its length given."""
    lines = [b"HTTP/1.1 " + head, b"Content-Length: %d" % len(body), *fields, b"", body]
    return b"\r\n".join(lines)


class RawServer:
    """Serves until the `with` block ends.  `says` are what it sends for the 1st, 2nd, … request,
    whatever connection that comes on; empty hangs up.  The last one stays.
    """

    def __init__(self, *says: bytes) -> None:
        self.requests: list[tuple[int, bytes]] = []
        self._says: Sequence[bytes] = says
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._connections = 0
        self._newest: socket.socket | None = None
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/reports"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def say_unasked(self, data: bytes) -> None:
        """Send on the newest connection what nobody asked for; empty hangs up."""
        assert self._newest
        if data:
            self._newest.sendall(data)
        else:
            self._newest.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections += 1
            self._newest = connection
            threading.Thread(
                target=self._serve, args=(connection, self._connections), daemon=True
            ).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        hung_up = contextlib.suppress(ConnectionError)  # a client leaves what it does not trust
        with hung_up, connection, connection.makefile("rb") as stream:
            while head := self._head(stream.readline):
                lengths = [int(line[15:]) for line in head if line.startswith(b"Content-Length")]
                if not lengths:  # who looks for another test's server, which had this port before
                    return
                with self._lock:
                    say = self._says[min(len(self.requests), len(self._says) - 1)]
                    self.requests.append((number, stream.read(lengths[0])))
                if not say:
                    return
                connection.sendall(say)

    @staticmethod
    def _head(readline: object) -> list[bytes]:
        assert callable(readline)
        lines: list[bytes] = []
        while (line := readline()) not in (b"\r\n", b""):
            lines.append(line)
        return lines
