"""Alarm-receiving centres: one of others (pysiaalarm), and one whose replies a test chooses."""

import socketserver
import threading
from collections.abc import Callable
from typing import Any, Self

from pysiaalarm.account import SIAAccount
from pysiaalarm.event import SIAEvent
from pysiaalarm.sync.client import SIAClient
from pysiaalarm.utils.enums import CommunicationsProtocol

from gateway.core.formats.dc09.frame import frame, unframe
from tests.servers import Serving

ACCOUNT = "1234"
Manner = Callable[["ScriptedArc", bytes], bytes | None]


class Arc:
    """A receiver of others; `events` are what came, link tests apart."""

    def __init__(self, key: str | None = None, protocol: str = "TCP", port: int = 0) -> None:
        self.all: list[SIAEvent] = []
        kind = CommunicationsProtocol(protocol)
        accounts = [SIAAccount(ACCOUNT, key)]
        self._client = SIAClient("127.0.0.1", port, accounts, self.all.append, kind)
        server: Any = self._client.sia_server
        self.port = int(server.server_address[1])
        self.url = f"{protocol.lower()}://127.0.0.1:{self.port}"

    def alarms(self) -> list[SIAEvent]:
        """Panics, apart from tests of the line."""
        return [event for event in list(self.all) if event.code in ("HA", "HH")]

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.__exit__(None, None, None)


class ScriptedArc(Serving, socketserver.ThreadingTCPServer):
    """A receiver that answers a body as `manner` says; None hangs.  `bodies` are what came."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, manner: Manner) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.manner = manner
        self.bodies: list[bytes] = []
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"

    def events(self) -> list[bytes]:
        return [body for body in list(self.bodies) if b'NULL"' not in body]

    def alarms(self) -> list[bytes]:
        """Panics and their ends."""
        return [body for body in self.events() if b"|1122 " in body or b"|3122 " in body]


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        while came := self.request.recv(4096):
            body = unframe(came)
            server.bodies.append(body)
            answer = server.manner(server, body)
            if answer is None:
                server.done.wait(60)
                return
            self.request.sendall(answer)


class DistantArc(Serving, socketserver.ThreadingTCPServer):
    """A receiver `away` seconds away: connecting and each answer take so long.

    `connections`, `frames` and `most_at_once` tell what it has seen.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, away: float, *, keeps: bool) -> None:
        super().__init__(("127.0.0.1", 0), _DistantTalk)
        self.away = away
        self.keeps = keeps
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"
        self.connections = 0
        self.frames: list[bytes] = []
        self.at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()


class _DistantTalk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        arc: Any = self.server
        arc.connections += 1
        arc.done.wait(arc.away)  # the way there and back that connecting takes
        while came := self.request.recv(4096):
            with arc.lock:
                arc.frames.append(came)
                arc.at_once += 1
                arc.most_at_once = max(arc.most_at_once, arc.at_once)
            arc.done.wait(arc.away)
            with arc.lock:
                arc.at_once -= 1
            self.request.sendall(reply("ACK", unframe(came)))
            if not arc.keeps:
                return


def ack(_: ScriptedArc, body: bytes) -> bytes:
    """Acknowledge whatever came."""
    return reply("ACK", body)


def reply(word: str, body: bytes) -> bytes:
    """Answer with this word, naming the frame that came."""
    return frame(f'"{word}"'.encode() + body.split(b'"')[2].split(b"[")[0] + b"[]")
