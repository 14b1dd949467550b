"""One attempt to connect, in a thread of its own: names, TCP and TLS can take seconds."""

import threading
from collections.abc import Callable
from typing import Any

from gateway.receivers.http.server import Connected, Server
from gateway.receivers.reloading import CredentialsError
from service.cut_handle import CutHandle
from service.guard import guarded


class Connecting:
    """Connects to `server` by the moment `ends`; `outcome` is the connection, or what is wrong.

    `wake` is called once there is an outcome; there is none if `put` got a CallbackFailed.
    """

    def __init__(
        self, server: Server, ends: float, wake: Callable[[], None], put: Callable[[Any], None]
    ) -> None:
        self.outcome: Connected | Exception | None = None
        self._server = server
        self._ends = ends
        self._wake = wake
        self._handle = CutHandle()
        run = guarded(self._connect, put)
        threading.Thread(target=run, name=f"connect-{server.host}", daemon=True).start()

    def give_up(self) -> None:
        """Cut the attempt off, and close what has come of it."""
        self._handle.cut()
        self._close()

    def _connect(self) -> None:
        try:
            self.outcome = self._server.connect(self._ends, self._handle)
        except (OSError, CredentialsError) as error:
            self.outcome = error
        self._handle.release()
        if self._handle.was_cut:
            self._close()
        self._wake()

    def _close(self) -> None:
        if isinstance(self.outcome, Connected):
            self.outcome.sock.close()
