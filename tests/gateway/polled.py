"""A loop's inbox with a link that it polls, as the gateway has them, driven by a test."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from gateway.app.inbox import Inbox
from service.broker import Broker
from service.polled_link import PolledLink
from tests.waiting import patience, until

E = TypeVar("E")


class Owner:
    """The thread that polls: takes events and keeps those that were not asked for."""

    def __init__(self, broker: Broker, *topics: str) -> None:
        self.inbox = Inbox()
        self.link = PolledLink("broker", broker, "gateway", topics, self.inbox.put, self.inbox.wake)
        self.inbox.watch(self.link)

    def next(self, kind: type[E], within: float = 5.0) -> E:
        """Return the next event of `kind`; fails the test if none comes."""
        deadline = time.monotonic() + patience(within)
        while (left := deadline - time.monotonic()) > 0:
            for event in self.inbox.take(left, 1):
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"no {kind.__name__} came")

    def count(self, kind: type[Any], enough: int, within: float = 20.0) -> int:
        """Take events until there are `enough` of `kind`, or nothing more comes."""
        found, deadline = 0, time.monotonic() + patience(within)
        while found < enough and time.monotonic() < deadline:
            found += sum(isinstance(event, kind) for event in self.inbox.take(1.0, 1000))
        return found


@contextmanager
def polled(broker: Broker, *topics: str) -> Iterator[Owner]:
    """A link that is started and, in the end, stopped to the last of its threads."""
    owner = Owner(broker, *topics)
    owner.link.start()
    try:
        yield owner
    finally:
        owner.link.stop()
        until(lambda: not owner.link.alive())


@contextmanager
def at_once(folder: Path, payloads: Sequence[bytes]) -> Iterator[int]:
    """A broker that answers a subscription with its messages in one write, so in one record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "broker.crt", folder / "broker.key")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line = context.wrap_socket(server.accept()[0], server_side=True)
            with line:
                line.recv(1000)
                line.sendall(b"\x20\x03\0\0\0")  # CONNACK: welcome
                subscribe = line.recv(1000)
                messages = b"".join(map(_publish, payloads))
                line.sendall(b"\x90\x04" + subscribe[2:4] + b"\0\0" + messages)  # SUBACK
                while line.recv(1000):
                    pass

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def _publish(payload: bytes) -> bytes:
    body = b"\0\x01t\0" + payload
    return bytes([0x30, len(body)]) + body
