"""A tablet's connections: while it is suspended they carry nothing, and nobody closes them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from simulator.broker import free_port


class Network:
    """Carries connections to `port` on loopback, until it is cut for those that there are."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self._to = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._dead: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", self.port))

    def suspend(self) -> None:
        """From now on every open connection carries nothing, and is never closed."""
        self._dead.update(each for pair in self._pairs for each in pair)

    def start(self) -> None:
        threading.Thread(target=self._take, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for pair in self._pairs:
            for each in pair:
                each.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._pairs.append((near, far))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if one not in self._dead:
                    other.sendall(data)
            if one not in self._dead:
                other.shutdown(socket.SHUT_WR)


@contextmanager
def network(port: int) -> Iterator[Network]:
    carrying = Network(port)
    carrying.start()
    try:
        yield carrying
    finally:
        carrying.close()
