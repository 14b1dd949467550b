"""Cameras that speak RTSP, on loopback: an H.264 file made here, served by aio-rtsp-toolkit."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from hashlib import md5
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bench.film import NAME, film
from simulator.broker import free_port
from tests.servers import Accepting
from tests.waiting import until


class RtspCamera:
    """A camera in a process of its own, which can be frozen and killed; plays `film` to each."""

    def __init__(self, folder: Path, **filmed: float | str) -> None:
        folder.mkdir(exist_ok=True)
        film(folder / NAME, **filmed)  # type: ignore[arg-type]
        self.port = free_port()
        self.url = f"rtsp://127.0.0.1:{self.port}/{NAME}"
        self._argv = [sys.executable, "-m", "bench.film", str(folder), str(self.port)]
        self.start()

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(self._argv, stdout=quiet, stderr=quiet)
        until(self._answers, within=20.0)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
            return True
        return False

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()


Say = Callable[[socket.socket, bytes], None]
"""What a server says to a caller when it has read the head of a request."""

ANSWER = (
    b"RTSP/1.0 200 OK\r\nCSeq: %b\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n"
)
REDIRECT = b"RTSP/1.0 302 Moved\r\nCSeq: %b\r\nLocation: %b\r\n\r\n"
SDP = b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:x\r\n"


class Speaker(Accepting):
    """A server of bare sockets, which says what it likes; closes after a request if `once`."""

    def __init__(self, say: Say, once: bool = False) -> None:
        self._say = say
        self._once = once
        super().__init__()
        self.url = f"rtsp://127.0.0.1:{self.port}/hall"

    def serve(self, caller: socket.socket) -> None:
        with caller.makefile("rb") as requests:
            while head := _head(requests):
                self._say(caller, head)
                if self._once:
                    return


def hangs(caller: socket.socket, _head: bytes) -> None:
    caller.recv(1)


def pours(caller: socket.socket, head: bytes) -> None:
    """A description of a stream that is a gigabyte long."""
    length = 1_000_000_000 if head.startswith(b"DESCRIBE") else 0
    caller.sendall(ANSWER % (count(head), length))
    for _ in range(length // 1_000_000):
        caller.sendall(bytes(1_000_000))


def shows_a_page(caller: socket.socket, _head: bytes) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")


def dies(caller: socket.socket, head: bytes) -> None:
    """It hangs up in the middle of what its stream is."""
    caller.sendall(ANSWER % (count(head), 2 * len(SDP)) + SDP)
    caller.shutdown(socket.SHUT_RDWR)


class TlsGate(Accepting):
    """Stands before a camera and speaks TLS, with camera.crt and camera.key of `folder`."""

    def __init__(self, camera: RtspCamera, folder: Path) -> None:
        self._camera = camera
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(folder / "camera.crt", folder / "camera.key")
        super().__init__()

    def serve(self, plain: socket.socket) -> None:
        with self._tls.wrap_socket(plain, server_side=True) as caller:
            inner = socket.create_connection(("127.0.0.1", self._camera.port))
            threading.Thread(target=_pass_on, args=(inner, caller), daemon=True).start()
            with inner:
                while some := caller.recv(4096):
                    inner.sendall(some)


class Gate(Accepting):
    """Stands before a camera and asks each request for a Digest login."""

    def __init__(self, camera: RtspCamera, user: str, password: str) -> None:
        self._camera = camera
        self._who = md5(f"{user}:camera:{password}".encode()).hexdigest()
        super().__init__()
        self.url = f"rtsp://127.0.0.1:{self.port}/{NAME}"

    def serve(self, caller: socket.socket) -> None:
        inner = socket.create_connection(("127.0.0.1", self._camera.port))
        threading.Thread(target=_pass_on, args=(inner, caller), daemon=True).start()
        with inner, caller.makefile("rb") as requests:
            while head := _head(requests):
                if self._is_right(head.decode()):
                    inner.sendall(re.sub(rb"Authorization:.*\r\n", b"", head) + b"\r\n")
                else:
                    caller.sendall(
                        b"RTSP/1.0 401 Unauthorized\r\nCSeq: %b\r\nWWW-Authenticate: "
                        b'Digest realm="camera", nonce="n1"\r\n\r\n' % count(head)
                    )

    def _is_right(self, head: str) -> bool:
        said = dict(re.findall(r'(\w+)="([^"]*)"', head))
        what = md5(f"{head.split(maxsplit=1)[0]}:{said.get('uri')}".encode()).hexdigest()
        known = md5(f"{self._who}:n1:{what}".encode()).hexdigest()
        return said.get("response") == known


def _head(requests: IO[bytes]) -> bytes:
    """The lines of one request; nothing once the caller has gone."""
    lines: list[bytes] = []
    for line in requests:
        if line == b"\r\n":
            return b"".join(lines)
        lines.append(line)
    return b""


def count(head: bytes) -> bytes:
    found = re.search(rb"CSeq: (\d+)", head)
    return found[1] if found else b"0"


def _pass_on(inner: socket.socket, caller: socket.socket) -> None:
    with suppress(OSError):
        while some := inner.recv(65536):
            caller.sendall(some)
