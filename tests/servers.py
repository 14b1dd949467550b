"""Servers of tests: each serves in a thread of its own until its `with` block ends."""

import socket
import socketserver
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Self


class Serving(socketserver.BaseServer):
    """A server of the standard library; `done` is set when it ends, for handlers that wait."""

    done: threading.Event

    def handle_error(self, *_: object) -> None:
        """Print nothing: peers that break off are what is tested."""

    def __enter__(self) -> Self:
        self.done = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.shutdown()
        self.server_close()


class Accepting(ABC):
    """A listening socket on loopback whose connections are each served in a thread of their own."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.callers = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    @abstractmethod
    def serve(self, caller: socket.socket) -> None:
        """Serve one connection, in a thread of its own; OSError ends it."""

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                self.callers += 1
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with suppress(OSError), caller:
            self.serve(caller)
