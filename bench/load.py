"""The units' side of a run: hundreds of them as raw sockets under one selector, in this process.

A press costs them one `send` of bytes made beforehand, so that a storm comes at once.  They know
no repeat: what a contender loses stays lost.
"""

import json
import select
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Self

from bench import packets
from wire.codec import encode
from wire.ids import AlertId, BootId, RoomId, Seconds, SiteId, UnitId, Wall
from wire.messages import Alert, Heartbeat
from wire.topics import alert_topic, heartbeat_topic, progress_topic

SITE: Final = SiteId("bench")
# The brokers take 30 s at most; no part of the bench leaves a unit silent for longer.
_KEEPALIVE_S: Final = 30
_CONNECT_S: Final = 10.0
_BOOT: Final = BootId(str(uuid.uuid4()))


def unit_name(number: int) -> UnitId:
    """The unit of room `number`, as the bench's register has it."""
    return UnitId(f"bench-{number:04}")


def room_name(number: int) -> RoomId:
    """Room `number`, as the bench's register has it."""
    return RoomId(f"{number:04}")


@dataclass(slots=True)
class _Wire:
    """One unit's connection, the packets that came in whole, and what is still half."""

    unit: UnitId
    sock: socket.socket
    half: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Press:
    """A press made ready: which unit, and the bytes that tell of it."""

    number: int
    alert: AlertId
    frame: bytes


class Fleet:
    """Connected units `bench-0000` to `bench-<count - 1>`; a context manager."""

    def __init__(self, port: int, count: int, *, bare: bool) -> None:
        self.told: list[tuple[float, bytes]] = []
        self._bare = bare
        self._poll = select.epoll()
        self._wires: dict[int, _Wire] = {}
        self._socks: list[socket.socket] = []
        for number in range(count):
            self._connect(port, unit_name(number))
        if not bare:
            self._wait_for_subscriptions(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for sock in self._socks:
            sock.close()
        self._poll.close()

    def ready(self, number: int) -> Press:
        """Make a press of unit `number` ready to fire."""
        unit, alert = unit_name(number), AlertId(str(uuid.uuid4()))
        age, at = Seconds(0.021), Wall(time.time())
        payload = encode(Alert(alert, unit, room_name(number), "panic", _BOOT, 1, age, at, 1))
        if self._bare:
            return Press(number, alert, payload + b"\n")
        return Press(number, alert, packets.publish(alert_topic(SITE, unit), payload, 2))

    def fire(self, presses: list[Press]) -> tuple[float, float]:
        """Send them all at once; returns when the first and the last began to leave."""
        pairs = [(self._socks[press.number].send, press.frame) for press in presses]
        first = last = time.monotonic()
        for send, frame in pairs:
            last = time.monotonic()
            send(frame)
        return first, last

    def beat(self, number: int) -> None:
        """Send the heartbeat of unit `number`; its uptime grows, or it would be an old one."""
        unit, uptime = unit_name(number), Seconds(time.monotonic())
        payload = encode(Heartbeat(unit, room_name(number), _BOOT, 0, uptime, (), ()))
        self._socks[number].send(packets.publish(heartbeat_topic(SITE, unit), payload, 2))

    def listen(self, seconds: float) -> bool:
        """Take what comes within `seconds`, stamp it; False if nothing came."""
        ready = self._poll.poll(seconds, 4096)
        now = time.monotonic()
        for fileno, _ in ready:
            for packet in self._read(self._wires[fileno]):
                if packet.kind == packets.PUBLISH:
                    self.told.append((now, packet.body))
        return bool(ready)

    def listen_until(self, done: Callable[[], bool], quiet: float) -> None:
        """Listen until `done`, or until nothing has come for `quiet` seconds."""
        heard = time.monotonic()
        while not done() and time.monotonic() - heard < quiet:
            if self.listen(0.05):
                heard = time.monotonic()

    def stages(self) -> dict[str, dict[str, float]]:
        """Return per stage when each alert was first told to have reached it."""
        found: dict[str, dict[str, float]] = {"RECEIVED": {}, "DELIVERED": {}}
        for at, body in self.told:
            try:
                said = json.loads(packets.payload_of(body))
            except ValueError as error:
                raise ValueError(f"a unit was told {body!r}") from error
            if said.get("type") == "progress":
                found[said["stage"]].setdefault(said["alert"], at)
        return found

    def _connect(self, port: int, unit: UnitId) -> None:
        sock = socket.create_connection(("127.0.0.1", port), _CONNECT_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._bare:
            topic = progress_topic(SITE, unit)
            sock.sendall(packets.connect(unit, _KEEPALIVE_S) + packets.subscribe(topic))
        self._socks.append(sock)
        self._wires[sock.fileno()] = _Wire(unit, sock)
        self._poll.register(sock, select.EPOLLIN)

    def _wait_for_subscriptions(self, count: int) -> None:
        missing, deadline = count, time.monotonic() + _CONNECT_S
        while missing:
            for fileno, _ in self._poll.poll(0.1):
                kinds = [packet.kind for packet in self._read(self._wires[fileno])]
                missing -= kinds.count(packets.SUBACK)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{missing} of {count} units were not let in by the broker")

    def _read(self, wire: _Wire) -> Iterator[packets.Packet]:
        chunk = wire.sock.recv(1 << 16)
        if not chunk:
            raise ConnectionError(f"the broker closed the connection of {wire.unit}")
        wire.half += chunk
        return packets.split(wire.half)
