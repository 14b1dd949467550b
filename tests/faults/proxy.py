"""A TCP proxy on loopback whose line is as bad as a test wants it."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from random import Random
from typing import Final, Self

_CHUNK: Final = 256
# SO_LINGER of zero: closing sends a reset instead of a FIN.
_RESET: Final = struct.pack("ii", 1, 0)


class Proxy:
    """Passes on what comes to `port`, `delay` seconds later each way, at `rate` bytes a second.

    Of new connections the share `resets` is reset at once.  If `swallow` is set, the next answer is
    lost, and its connection with it.
    """

    def __init__(
        self, to: int, delay: float = 0.0, rate: float = 1e9, resets: float = 0.0, seed: int = 1
    ) -> None:
        self.swallow = threading.Event()
        self.swallowed = threading.Event()
        self._to = to
        self._delay = delay
        self._rate = rate
        self._resets = resets
        self._luck = Random(seed)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])

    def __enter__(self) -> Self:
        _thread(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._luck.random() < self._resets:
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to), 5)
            except OSError:
                _reset(near)
                continue
            far.settimeout(None)
            for here, there, heard in ((near, far, self._pass), (far, near, self._pass_answer)):
                here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                _thread(self._hear, here, line)
                _thread(self._speak, line, there, heard)

    def _hear(self, here: socket.socket, line: SimpleQueue[tuple[float, bytes]]) -> None:
        data = b"?"
        while data:
            try:
                data = here.recv(_CHUNK)
            except OSError:
                data = b""
            line.put((time.monotonic() + self._delay, data))

    def _speak(
        self,
        line: SimpleQueue[tuple[float, bytes]],
        there: socket.socket,
        heard: Callable[[socket.socket, bytes], None],
    ) -> None:
        pause = threading.Event()
        while True:
            due, data = line.get()
            pause.wait(max(due - time.monotonic(), 0.0) + len(data) / self._rate)
            if not data:
                _reset(there)
                return
            try:
                heard(there, data)
            except OSError:
                _reset(there)
                return

    def _pass(self, there: socket.socket, data: bytes) -> None:
        there.sendall(data)

    def _pass_answer(self, there: socket.socket, data: bytes) -> None:
        if self.swallow.is_set():
            self.swallow.clear()
            self.swallowed.set()
            _reset(there)
            raise OSError("the answer is lost")
        there.sendall(data)


def _reset(line: socket.socket) -> None:
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.shutdown(socket.SHUT_RD)
    except OSError:
        pass  # it is gone already
    line.close()


def _thread(target: Callable[..., None], *args: object) -> None:
    threading.Thread(target=target, args=args, daemon=True).start()
