"""A receiver for the conformance kit that keeps every promise, over real HTTP."""

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.police.school import SECRET
from tests.servers import Serving

Headers = Mapping[str, str]
Answer = tuple[int, Any]
Manner = Callable[["GoodReceiver", Headers, bytes], Answer]
# How a receiver answers a school that asks for answers after a number.
Telling = Callable[["GoodReceiver", Headers, int], Answer]
_LIVE = "/live/frames"


class GoodReceiver:
    """What a receiver remembers, and how a good one answers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.receipts: dict[tuple[str, bytes], Any] = {}
        self.seen: list[Any] = []
        self.answers: list[dict[str, Any]] = []

    def answer(self, headers: Headers, body: bytes) -> Answer:
        """Verify, then take the report once."""
        return (401, None) if is_forged(headers, body) else self.take(headers, body)

    def take(self, headers: Headers, body: bytes) -> Answer:
        """Take a report without verifying it."""
        try:
            report = json.loads(body)
        except ValueError:
            return 400, None
        if "alerts" not in report:
            return 422, None
        with self.lock:
            self.dispatch(report["incident"]["id"])
            key = headers["webhook-id"], hashlib.sha256(body).digest()
            self.seen.append(report)
            return 200, self.receipts.setdefault(key, self.receipt(report))

    def dispatch(self, incident: str) -> None:
        """A dispatcher answers each incident once."""
        if incident not in {each["incident"] for each in self.answers}:
            fields = {"incident": incident, "what": "acknowledge", "by": "Hill", "text": ""}
            self.answers.append({"number": len(self.answers) + 1, **fields})

    def tell(self, headers: Headers, after: int) -> Answer:
        """Verify, then tell what was answered since."""
        named = headers["webhook-id"].startswith(f"answers.{after}.")
        if is_forged(headers, b"") or not named:
            return 401, None
        return 200, {"answers": [each for each in self.answers if each["number"] > after]}

    def looks(self, headers: Headers, after: int) -> Answer:
        """Verify, then tell that somebody looks at each camera of the incident that came last."""
        named = headers["webhook-id"].startswith(f"looks.{after}.")
        return (200, self.looked_at()) if named and not is_forged(headers, b"") else (401, None)

    def looked_at(self) -> Any:
        """The list of looks, numbered by the reports there were."""
        newest = self.seen[-1] if self.seen else {"pictures": []}
        looks = [
            {"incident": newest["incident"]["id"], "camera": each["camera"], "seconds": 6}
            for each in newest["pictures"]
        ]
        return {"number": len(self.seen), "looks": looks}

    def frame(self, headers: Headers, body: bytes) -> Answer:
        """Verify, then show a frame that is looked at."""
        if is_forged(headers, body):
            return 401, None
        try:
            frame = json.loads(body)
        except ValueError:
            return 422, None
        looks = [(each["incident"], each["camera"]) for each in self.looked_at()["looks"]]
        return (204 if (frame["incident"], frame["camera"]) in looks else 410), None

    def receipt(self, report: Any) -> Any:
        """A new receipt for all that is in `report`."""
        alerts = [each["id"] for each in report["alerts"]]
        return {"receipt": f"r-{len(self.seen)}", "alerts": alerts}


def is_forged(headers: Headers, body: bytes) -> bool:
    try:
        Webhook(SECRET).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError:
        return True
    return False


def good(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    return receiver.answer(headers, body)


def tells(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    return receiver.tell(headers, after)


def looks(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    return receiver.looks(headers, after)


def shows(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    return receiver.frame(headers, body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        manner = server.showing if _LIVE in self.path else server.manner
        self.reply(*manner(server.memory, dict(self.headers), body))

    def do_GET(self) -> None:
        server: Any = self.server
        after = int(self.path.partition("?after=")[2])
        telling = server.looking if _LIVE in self.path else server.telling
        self.reply(*telling(server.memory, dict(self.headers), after))

    def reply(self, status: int, found: Any) -> None:
        text = b"" if found is None else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        return


class Served(Serving, ThreadingHTTPServer):
    """A receiver with these manners, until the `with` block ends; `tls` makes it https."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        manner: Manner,
        tls: ssl.SSLContext | None = None,
        telling: Telling = tells,
        looking: Telling = looks,
        showing: Manner = shows,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner = manner
        self.telling = telling
        self.looking = looking
        self.showing = showing
        self.memory = GoodReceiver()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}/reports"
        if tls:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )


class ServedInOrder(Served):
    """The same, which takes one connection after the other: what was sent first is taken first."""

    process_request = TCPServer.process_request
