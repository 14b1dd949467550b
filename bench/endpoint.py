"""The receiving side for every contender: a bare HTTP/1.1 server that timestamps what arrives.

`python -m bench.endpoint PORT DELAY` takes reports of Tocsin and single alerts alike, answers each
after DELAY seconds with a receipt that names its alerts, and keeps the bodies unread.  They are
read when `GET /seen` asks, after the run, so that measuring costs the run nothing.
"""

import heapq
import json
import re
import selectors
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

# An alert in a report starts with its id and kind, an alert on its own carries the name `alert`.
_IDS: Final = re.compile(rb'(?:"alert":\s*|\{"id":\s*(?=.{38},\s*"kind"))"([0-9a-f-]{36})"')
_SIZE: Final = re.compile(rb"(?i)\r\ncontent-length:\s*(\d+)")
_CHUNK: Final = 1 << 18


@dataclass
class Seen:
    """What an endpoint got: `first` is alert id to first arrival (monotonic seconds)."""

    requests: int
    bytes: int
    first: dict[str, float]
    doubled: list[str]


@dataclass
class _Peer:
    """One kept connection; `whole` is the length of the request under way, 0 while unknown."""

    sock: socket.socket
    buffer: bytearray = field(default_factory=bytearray)
    body_at: int = 0
    whole: int = 0


def read_seen(port: int) -> Seen:
    """Ask the endpoint at `port` for what it got so far."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/seen", timeout=60) as answer:
        return Seen(**json.load(answer))


class Endpoint:
    """Serves for ever on one thread."""

    def __init__(self, port: int, delay: float) -> None:
        self._delay = delay
        self._arrived: list[tuple[float, bytes]] = []
        self._late: list[tuple[float, int, socket.socket, bytes]] = []
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def serve(self) -> None:
        """Take requests, and send the answers that are due."""
        while True:
            wait = max(0.0, self._late[0][0] - time.monotonic()) if self._late else None
            for key, _ in self._selector.select(wait):
                if key.data is None:
                    self._let_in()
                else:
                    self._read(key.data)
            self._send_due()

    def _let_in(self) -> None:
        sock, _ = self._listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(sock, selectors.EVENT_READ, _Peer(sock))

    def _read(self, peer: _Peer) -> None:
        try:
            chunk = peer.sock.recv(_CHUNK)
        except ConnectionError:
            chunk = b""
        if not chunk:
            self._selector.unregister(peer.sock)
            peer.sock.close()
            return
        peer.buffer += chunk
        for head, body in _requests(peer):
            self._take(peer.sock, head, body)

    def _take(self, sock: socket.socket, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET"):
            sock.sendall(_answer(json.dumps(_read_all(self._arrived)).encode()))
            return
        now = time.monotonic()
        self._arrived.append((now, body))
        alerts = b'","'.join(_IDS.findall(body))
        listed = b'["%b"]' % alerts if alerts else b"[]"
        receipt = _answer(b'{"receipt":"bench-%d","alerts":%b}' % (len(self._arrived), listed))
        if self._delay:
            heapq.heappush(self._late, (now + self._delay, len(self._arrived), sock, receipt))
        else:
            sock.sendall(receipt)

    def _send_due(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            _, _, sock, receipt = heapq.heappop(self._late)
            if sock.fileno() >= 0:
                sock.sendall(receipt)


def _requests(peer: _Peer) -> Iterator[tuple[bytes, bytes]]:
    """Take whole requests off the front of what a peer sent: (head, body)."""
    while True:
        if not peer.whole:
            peer.body_at = peer.buffer.find(b"\r\n\r\n") + 4
            if peer.body_at < 4:
                return
            size = _SIZE.search(peer.buffer, 0, peer.body_at)
            peer.whole = peer.body_at + (int(size[1]) if size else 0)
        if len(peer.buffer) < peer.whole:
            return
        head = bytes(peer.buffer[: peer.body_at])
        body = bytes(peer.buffer[peer.body_at : peer.whole])
        del peer.buffer[: peer.whole]
        peer.whole = 0
        yield head, body


def _answer(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


def _read_all(arrived: list[tuple[float, bytes]]) -> dict[str, Any]:
    """Read the bodies as `Seen`.

    An alert is doubled if it stands twice in one report, in reports of two incidents, or in two
    requests that are no reports.
    """
    first: dict[str, float] = {}
    owner: dict[str, str] = {}
    doubled: list[str] = []
    for number, (at, body) in enumerate(arrived):
        incident, ids = _read_body(number, body)
        doubled += [each for each in ids if owner.setdefault(each, incident) != incident]
        doubled += {each for each in ids if ids.count(each) > 1} if len(set(ids)) < len(ids) else ()
        for each in ids:
            first.setdefault(each, at)
    size = sum(len(body) for _, body in arrived)
    return {"requests": len(arrived), "bytes": size, "first": first, "doubled": doubled}


def _read_body(number: int, body: bytes) -> tuple[str, list[str]]:
    """Whose alerts they are (an incident, or this request alone), and their ids."""
    lines = [json.loads(line) for line in body.splitlines() if line]
    if len(lines) == 1 and "incident" in lines[0]:
        return lines[0]["incident"]["id"], [alert["id"] for alert in lines[0]["alerts"]]
    return f"request {number}", [line["alert"] for line in lines]


if __name__ == "__main__":
    Endpoint(int(sys.argv[1]), float(sys.argv[2])).serve()
