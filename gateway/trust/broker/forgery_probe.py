"""Proves through the real broker that a message passes, and that a forged one does not.

Two identities of their own.  Every ten seconds the first publishes under the second's name, then
under its own; the second receives what the broker let through.  On one connection the broker keeps
the order, so once the genuine message has arrived the forged one will not.  Judged by what is
delivered alone: neither a PUBACK nor a SUBACK proves anything (docs/decisions/broker-receipts.md).
"""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from gateway.core.events import HealthStatus
from gateway.trust.broker.acl import CANARIES, canary_topic
from service.broker import Broker
from service.events import CallbackFailed, MessageReceived
from service.periodic import Periodic
from service.threaded_link import ThreadedLink
from wire.gateway_troubles import BROKER_FORGERY
from wire.ids import Seconds, SiteId

# With the patience below, a fault is told within 15 s of its beginning.
_EVERY: Final = Seconds(10.0)
_PATIENCE_S: Final = 3.0

OPEN: Final = "the broker lets a client publish under another's name"
DEAF: Final = "the broker did not pass a message on"
UNREACHED: Final = "the forgery probe cannot reach the broker"


class ForgeryProbe:
    """The two canaries of `site` at the broker at `url`, by their files in `folder`.

    `put` hears a HealthStatus named `broker-forgery` after each round.
    """

    def __init__(
        self,
        site: SiteId,
        url: str,
        ca: Path,
        folder: Path,
        put: Callable[[HealthStatus | CallbackFailed], None],
    ) -> None:
        self._put = put
        self._periodic = Periodic("forgery-probe", _EVERY, self._round, put)
        self._heard: SimpleQueue[Any] = SimpleQueue()
        self._own, self._others = (f"{canary_topic(site, name)}/word" for name in CANARIES)
        topics: tuple[list[str], list[str]] = ([], [self._own, self._others])
        self.links = [
            ThreadedLink(name, _identity(url, ca, folder, name), name, heard, self._heard.put)
            for name, heard in zip(CANARIES, topics, strict=True)
        ]

    def start(self) -> None:
        """Connect, and prove every ten seconds."""
        self.connect()
        self._periodic.start()

    def connect(self) -> None:
        """Begin to connect."""
        for link in self.links:
            link.start()

    def stop(self) -> None:
        """Disconnect."""
        for link in self.links:
            link.stop()

    def prove(self) -> str | None:
        """One round: returns what is wrong with the broker, or None; takes at most 3 s."""
        deadline = time.monotonic() + _PATIENCE_S
        word = secrets.token_bytes(8)
        while not all(link.up for link in self.links):
            if self._next(deadline) is None:
                return UNREACHED
        self.links[0].publish_qos0(self._others, word)
        self.links[0].publish_qos0(self._own, word)
        while (event := self._next(deadline)) is not None:
            if isinstance(event, MessageReceived) and event.payload == word:
                return None if event.topic == self._own else OPEN
        return DEAF

    def _next(self, deadline: float) -> Any | None:
        try:
            return self._heard.get(timeout=max(0.001, deadline - time.monotonic()))
        except Empty:
            return None

    def _round(self) -> None:
        for link in self.links:
            if not link.alive():
                link.revive()
        self._put(HealthStatus(BROKER_FORGERY.name(), self.prove()))


def _identity(url: str, ca: Path, folder: Path, name: str) -> Broker:
    return Broker(url=url, ca=ca, cert=folder / f"{name}.crt", key=folder / f"{name}.key")
