"""A real endpoint on loopback whose manners a test chooses."""

import base64
import json
import socket
import ssl
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.servers import Serving

SECRET = "whsec_" + base64.b64encode(b"a secret of 32 bytes for lincoln").decode()

Manner = Callable[["Handler", bytes], None]


def take(handler: "Handler", body: bytes) -> None:
    """Verify the signature with the published package and give the receipt."""
    Webhook(SECRET).verify(body, dict(handler.headers))
    alerts = [each["id"] for each in json.loads(body)["alerts"]]
    handler.answer(200, json.dumps({"receipt": "r-1", "alerts": alerts}).encode())


def status(code: int, body: bytes = b"", **headers: str) -> Manner:
    """Answer with this status, whatever came."""
    return lambda handler, _: handler.answer(code, body, headers)


def drip(handler: "Handler", _body: bytes) -> None:
    """Send the answer's head a byte at a time, for ever."""
    while not handler.server.done.wait(0.1):  # type: ignore[attr-defined]
        handler.wfile.write(b"H")
        handler.wfile.flush()


def hang(handler: "Handler", _body: bytes) -> None:
    """Say nothing, for ever."""
    handler.server.done.wait(60)  # type: ignore[attr-defined]


def flood(handler: "Handler", _body: bytes) -> None:
    """Promise a gigabyte and begin to send it."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**9))
    handler.end_headers()
    while not handler.server.done.is_set():  # type: ignore[attr-defined]
        handler.wfile.write(bytes(65536))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        server.times.append(time.monotonic())
        server.bodies.append(body)
        server.names.append(self.headers["webhook-id"])
        server.ports.add(self.client_address[1])
        if isinstance(self.connection, ssl.SSLSocket):
            server.peers.append(_name_of(self.connection))
        try:
            server.manner(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.gets += 1  # type: ignore[attr-defined]
        self.answer(200, b"")

    def answer(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Endpoint(Serving, ThreadingHTTPServer):
    """Serves until the `with` block ends; `bodies` are the reports that came, `names` their
    webhook-ids, `peers` the names on the certificates that were shown with each.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, manner: Manner = take) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.manner = manner
        self.bodies: list[bytes] = []
        self.times: list[float] = []
        self.names: list[str] = []
        self.ports: set[int] = set()
        self.peers: list[str] = []
        self.gets = 0
        self.url = f"http://127.0.0.1:{self.server_port}/reports"

    def reports(self) -> list[Any]:
        """The reports that came, as documents."""
        return [json.loads(body) for body in list(self.bodies)]


def _name_of(connection: ssl.SSLSocket) -> str:
    shown: Any = connection.getpeercert() or {"subject": ()}
    return next((value for ((_, value),) in shown["subject"]), "")


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
