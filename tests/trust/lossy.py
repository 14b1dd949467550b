"""A cable in front of an authority that is cut as soon as a code is used: the answer is lost."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_LARGEST = 65_536


class Lossy:
    """Passes connections on to `port` until `is_cut` says so, and again once it is `mended`."""

    def __init__(self, port: int, is_cut: Callable[[], bool]) -> None:
        self.mended = False
        self._port = port
        self._is_cut = is_cut
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._door.getsockname()[1]}"

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                there = socket.create_connection(("127.0.0.1", self._port))
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=(*pair, pair[0] is there)).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while (part := source.recv(_LARGEST)) and not (is_answer and self._is_lost()):
                sink.sendall(part)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _is_lost(self) -> bool:
        return not self.mended and self._is_cut()


@contextmanager
def lossy(port: int, is_cut: Callable[[], bool]) -> Iterator[Lossy]:
    cable = Lossy(port, is_cut)
    try:
        yield cable
    finally:
        cable.close()
