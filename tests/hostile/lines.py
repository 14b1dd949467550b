"""What a listener puts into a line: a server of its own, or a tap."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.waiting import patience


@contextmanager
def listener(cert: Path) -> Iterator[tuple[int, list[int]]]:
    """A TLS server with a certificate; counts who came, and the bytes that they told it."""
    tls, told = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), [0, 0]
    tls.load_cert_chain(cert, cert.with_suffix(".key"))

    def hear(line: socket.socket) -> None:
        told[0] += 1
        with suppress(OSError), line, tls.wrap_socket(line, server_side=True) as spoken:
            spoken.settimeout(patience(3))
            told[1] += len(spoken.recv(1000))

    with _served(hear) as port:
        yield port, told


@contextmanager
def tap(port: int) -> Iterator[tuple[int, bytearray]]:
    """A wire between units and the broker at `port`, and all that goes over it."""
    seen, lines = bytearray(), list[socket.socket]()

    def carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while some := one.recv(65536):
                seen.extend(some)
                other.sendall(some)
            other.shutdown(socket.SHUT_WR)

    def hear(line: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", port))
        lines.extend((line, far))
        for ends in ((line, far), (far, line)):
            threading.Thread(target=carry, args=ends, daemon=True).start()

    with _served(hear) as own:
        yield own, seen
    for each in lines:
        each.close()


@contextmanager
def _served(hear: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port on which each connection is given to `hear`, in one thread."""

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                hear(server.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
