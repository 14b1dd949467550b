"""Bounds what an HTTP server's connections cost: idle strangers are closed for newer ones.

A connection is *waiting* while it owes a whole request, head or body; it is *known* once an answer
was given to an authenticated peer (`note_known`).  A waiting connection has deadlines.  When no
more connections are allowed, the oldest unknown connection of the address that holds most of them
is closed, so a flood displaces itself, and never a known peer.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, cast

import h11
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.http_lines import bounded_http

# Seconds for a whole head, for the next byte of a body, and for the next byte that is read of an
# answer.  A report of a hundred rooms comes at 1 kB/s all the same.
HEAD_S: Final = 5.0
BODY_PAUSE_S: Final = 20.0
ANSWER_PAUSE_S: Final = 30.0
# Seconds for a TLS handshake; before it ends nobody here sees the connection.
HANDSHAKE_S: Final = 5.0

_KNOWN: Final = "tocsin.known"


def note_known(scope: Scope) -> None:
    """The peer of `scope` has authenticated itself: keep its connection."""
    scope.setdefault("state", {})[_KNOWN] = True


class BoundedConnection(H11Protocol):
    """One connection of a server, as uvicorn makes it; `sweep` looks at all of them."""

    began = moved = drained = 0.0
    unread = 0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.conn = bounded_http(h11.SERVER)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """asyncio calls it for a new connection, with TLS after the handshake."""
        self.began = self.moved = self.drained = time.monotonic()
        most = cast(int, self.limit_concurrency) // 2
        if len(self.connections) >= most:
            make_room(cast("set[BoundedConnection]", self.connections))
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """asyncio calls it with what came."""
        self.moved = time.monotonic()
        if self.is_idle:
            self.began = self.moved
        super().data_received(data)

    @property
    def is_idle(self) -> bool:
        """True between two requests: one was answered, and no byte of the next has come."""
        answered = self.cycle is not None and self.cycle.response_complete
        return answered and not self.conn.trailing_data[0]

    @property
    def is_known(self) -> bool:
        """True once somebody has proved who he is on this connection."""
        return self.scope is not None and _KNOWN in self.scope["state"]

    @property
    def is_waiting(self) -> bool:
        """True while the peer owes the rest of a request."""
        return not self.is_idle and self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def is_overdue(self, now: float) -> bool:
        """True if the peer has let a deadline pass; `now` is monotonic."""
        unread = self.transport.get_write_buffer_size()
        if not unread or unread < self.unread:
            self.drained = now
        self.unread = unread
        if now - self.drained > ANSWER_PAUSE_S:
            return True
        if not self.is_waiting:
            return False
        if self.conn.their_state is h11.IDLE:
            return now - self.began > HEAD_S
        return now - self.moved > BODY_PAUSE_S

    def send_400_response(self, msg: str) -> None:
        """uvicorn calls it for what is no HTTP: say so, unless an answer has left already."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.give_up()

    def give_up(self) -> None:
        """Close at once, whatever has not been written; its place is free when this returns."""
        self.connections.discard(self)
        self.transport.abort()


def make_room(connections: Iterable[BoundedConnection]) -> None:
    """Close one stranger's connection that is waiting or idle, if there is one."""
    strangers = [
        each for each in connections if not each.is_known and (each.is_waiting or each.is_idle)
    ]
    if strangers:
        held = Counter(_address(each) for each in strangers)
        min(strangers, key=lambda each: (-held[_address(each)], each.began)).give_up()


def sweep(connections: Iterable[BoundedConnection], now: float) -> None:
    """Close each connection whose peer let a deadline pass."""
    for each in list(connections):
        if each.is_overdue(now):
            each.give_up()


def _address(connection: BoundedConnection) -> str:
    return connection.client[0] if connection.client else ""
