"""systemd's notification socket (sd_notify(3)) and the watchdog that is fed on proof alone."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Final

from wire.ids import Monotonic, Seconds

Proof = Callable[[Monotonic], bool]

# A quarter of WatchdogSec=10: two feeds may be late before systemd acts.
_INTERVAL: Final = Seconds(2.5)


READY: Final = "READY=1"
# Set once systemd was told so: whatever concerned the start is over.
is_ready: Final = threading.Event()


def is_service() -> bool:
    """True if systemd runs this process as a service that tells how it is."""
    return bool(os.environ.get("NOTIFY_SOCKET"))


def notify(state: str) -> None:
    """Tell systemd `state`, such as `READY=1`; without systemd this does nothing."""
    if state == READY:
        is_ready.set()
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.setblocking(False)
        try:
            out.sendto(state.encode(), address)
        except OSError:
            return  # a full or vanished socket must not stop an alert; systemd will notice


class Watchdog:
    """Feeds systemd's watchdog while every proof of progress holds, and not otherwise.

    `also` is called with each feed.
    """

    def __init__(self, proofs: Mapping[str, Proof], also: Callable[[], None] | None = None) -> None:
        self._proofs = proofs
        self._also = also
        self._next = Monotonic(0.0)

    def tick(self, now: Monotonic) -> list[str]:
        """Feed if it is time; return the names of the parts that could not prove progress."""
        if now < self._next:
            return []
        self._next = Monotonic(now + _INTERVAL)
        stuck = [name for name, proof in self._proofs.items() if not proof(now)]
        if not stuck:
            notify("WATCHDOG=1")
            if self._also:
                self._also()
        return stuck
