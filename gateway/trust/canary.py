"""Proves through the real broker that a message passes, and that a forged one does not.

Two identities of their own.  Every ten seconds the first speaks under the second's name, then under
its own; the second hears what the broker let through.  On one connection the broker keeps the
order, so once the genuine word has come the forged one will not.  Judged by what is delivered
alone: neither a PUBACK nor a SUBACK proves anything (measured: facts, reliability 0.1 and 1.5).
"""

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from gateway.trust.acl import CANARIES, canary_topic
from gateway.work import Condition
from service.broker import Broker
from service.events import Arrived, CallbackFailed
from service.guard import guarded
from service.link import Link
from wire.ids import SiteId

# With the patience below, a fault is told within 15 s of its beginning.
_EVERY_S: Final = 10.0
_PATIENCE_S: Final = 3.0

OPEN: Final = "the broker let one speak under another's name: it is open to forgery"
DEAF: Final = "the broker passed nothing on"
UNREACHED: Final = "the canaries do not reach the broker"


class Canary:
    """The two canaries of `site` at the broker at `url`, by their files in `folder`.

    `put` hears a Condition named `canary` after each round.
    """

    def __init__(
        self,
        site: SiteId,
        url: str,
        ca: Path,
        folder: Path,
        put: Callable[[Condition | CallbackFailed], None],
    ) -> None:
        self._put = put
        self._heard: SimpleQueue[Any] = SimpleQueue()
        self._own, self._others = (f"{canary_topic(site, name)}/word" for name in CANARIES)
        topics: tuple[list[str], list[str]] = ([], [self._own, self._others])
        self.links = [
            Link(name, _identity(url, ca, folder, name), name, heard, self._heard.put)
            for name, heard in zip(CANARIES, topics, strict=True)
        ]

    def start(self) -> None:
        """Connect, and prove every ten seconds."""
        self.connect()
        threading.Thread(target=self._run, name="canary", daemon=True).start()

    def connect(self) -> None:
        """Begin to connect."""
        for link in self.links:
            link.start()

    def stop(self) -> None:
        """Say goodbye to the broker."""
        for link in self.links:
            link.stop()

    def prove(self) -> str | None:
        """One round: returns what is wrong with the broker, or None; takes at most 3 s."""
        deadline = time.monotonic() + _PATIENCE_S
        word = secrets.token_bytes(8)
        while not all(link.up for link in self.links):
            if self._next(deadline) is None:
                return UNREACHED
        self.links[0].tell(self._others, word)
        self.links[0].tell(self._own, word)
        while (event := self._next(deadline)) is not None:
            if isinstance(event, Arrived) and event.payload == word:
                return None if event.topic == self._own else OPEN
        return DEAF

    def _next(self, deadline: float) -> Any | None:
        try:
            return self._heard.get(timeout=max(0.001, deadline - time.monotonic()))
        except Empty:
            return None

    def _run(self) -> None:
        turn, pause = guarded(self._round, self._put), threading.Event()
        while True:
            turn()
            pause.wait(_EVERY_S)

    def _round(self) -> None:
        for link in self.links:
            if not link.alive():
                link.revive()
        self._put(Condition("canary", self.prove()))


def _identity(url: str, ca: Path, folder: Path, name: str) -> Broker:
    return Broker(url=url, ca=ca, cert=folder / f"{name}.crt", key=folder / f"{name}.key")
