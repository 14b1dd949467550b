"""A slow line on loopback: what comes is taken no faster than it is passed on.

The Proxy beside it buffers all that comes at once, as no line of some kilobytes a second does.
"""

import socket
import threading
from typing import Final, Self

# The least that the kernel holds for a reader, so that a sender feels how slow the line is.
_BUFFER: Final = 2304
_CHUNK: Final = 256


class SlowLine:
    """Passes on what comes to `port`, at `rate` bytes a second each way for all connections.

    `rate` may be changed at any time.
    """

    def __init__(self, to: int, rate: float) -> None:
        self._to = to
        self.rate = rate
        self._server = socket.socket()
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._server.bind(("127.0.0.1", 0))
        self._server.listen(64)
        self.port = int(self._server.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        up, down = threading.Lock(), threading.Lock()
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.socket()
            far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            try:
                far.connect(("127.0.0.1", self._to))
            except OSError:
                near.close()  # nobody is there now
                continue
            for here, there, lane in ((near, far, up), (far, near, down)):
                here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                args = here, there, lane
                threading.Thread(target=self._pass_on, args=args, daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket, lane: threading.Lock) -> None:
        pause = threading.Event()
        try:
            while data := here.recv(_CHUNK):
                with lane:
                    pause.wait(len(data) / self.rate)
                there.sendall(data)
            there.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other way ended it
        finally:
            here.close()
