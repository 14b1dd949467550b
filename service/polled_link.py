"""An MQTT link without a network thread: its owner polls the socket, reads and writes itself.

So a message is decided on in the thread that read it, and what follows leaves from there: nothing
is handed over.  Only connecting has a thread, because names, TCP and TLS can take seconds.  paho's
client belongs to that thread until the socket stands, then to the owner until it is lost.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from service.broker import Broker
from service.guard import guarded
from service.link import RECONNECT_S, Link
from service.tls_socket import TlsSocket
from service.watched_thread import WatchedThread, must_end_within
from wire.ids import Seconds

# A name server that is silent takes 20 s (docs/decisions/deadlines.md), then come TCP and TLS.
_CONNECTS_WITHIN: Final = Seconds(60.0)
# So many packets in a row, and no longer; then another link has its turn.
_MOST_PACKETS: Final = 64
_LONGEST_READ_S: Final = 0.02
_KEEPALIVE_EVERY_S: Final = 1.0


class PolledLink(Link):
    """A link that its owner polls: `register`, `serve`, `publish` and `stop` are for its thread.

    `wake` ends the owner's poll, because there is a new socket to wait for.  `put` is called within
    `serve`, and from another thread where a connection could not be made.
    """

    def __init__(
        self,
        name: str,
        broker: Broker,
        client_id: str,
        topics: Sequence[str],
        put: Callable[[Any], None],
        wake: Callable[[], None],
    ) -> None:
        super().__init__(name, broker, client_id, topics, put)
        self._wake = wake
        self._stands = False
        self._attempts = 0
        self._to_connect = threading.Event()
        self._pause = threading.Event()
        self._keep_at = 0.0
        self._make = guarded(self._connect, put)
        self._thread = WatchedThread(f"connect-{name}", self._run)

    def start(self) -> None:
        """Begin to connect, and go on trying for ever."""
        self._address_client()
        self._to_connect.set()
        self._thread.start()

    def alive(self) -> bool:
        """True while the thread runs that connects."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Disconnect; does not wait."""
        self._stopped = True
        if self._stands:
            self._client.disconnect()
        self._to_connect.set()

    def register(self, poll: select.poll) -> int | None:
        """Have `poll` wait for the socket; returns its descriptor, None while there is none."""
        sock = self._client.socket() if self._stands else None
        if sock is None:
            return None
        descriptor: int = sock.fileno()
        writes = select.POLLOUT if self._client.want_write() else 0
        poll.register(descriptor, select.POLLIN | writes)
        return descriptor

    def has_input(self) -> bool:
        """True if TLS has decrypted more than was read: no poll of the socket shows that."""
        return self._stands and _has_decrypted(self._client.socket())

    def serve(self, ready: int) -> bool:
        """Read and write what `ready`, the events of a poll, allows, and put what came.

        Reads for a moment only: others have their turn, too.  Called without any events as well:
        that is how a broker that is silent is noticed.  True if there may be more to read.
        """
        if not self._stands:
            return False
        if ready & select.POLLOUT:
            self._client.loop_write()
        reads = bool(ready & ~select.POLLOUT) or self.has_input()
        more = reads and self._read()
        now = time.monotonic()
        if now >= self._keep_at:
            self._keep_at = now + _KEEPALIVE_EVERY_S
            self._client.loop_misc()
        if self._client.socket() is None:
            self._stands = False
            self._to_connect.set()
        return more

    def _read(self) -> bool:
        """Take in what has come, a packet at a time, within the bounds of one turn.

        True if there may be more.
        """
        sock: Any = self._client.socket()
        poll = select.poll()
        if sock is not None:
            poll.register(sock, select.POLLIN)
        ends = time.monotonic() + _LONGEST_READ_S
        for _ in range(_MOST_PACKETS):
            self._client.loop_read()
            sock = self._client.socket()
            if sock is None or (not _has_decrypted(sock) and not poll.poll(0)):
                return False
            if time.monotonic() > ends:
                break
        return True

    def _run(self) -> None:
        """Connect whenever there is no connection, and wait a little longer each time."""
        longest = RECONNECT_S[1]
        while True:
            self._to_connect.wait()
            self._to_connect.clear()
            self._pause.wait(min(self._attempts, longest))
            if self._stopped:
                return
            self._attempts += 1
            with must_end_within(_CONNECTS_WITHIN):
                self._make()
            if not self._stands:
                self._to_connect.set()

    def _connect(self) -> None:
        try:
            self._client.reconnect()
        except OSError:
            self._on_connect_fail(self._client, None)
            return
        self._stands = True
        self._wake()

    def _is_up(self) -> None:
        self._attempts = 1
        super()._is_up()


def _has_decrypted(sock: Any) -> bool:
    return isinstance(sock, TlsSocket) and sock.pending() > 0
