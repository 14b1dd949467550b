"""Receivers for the conformance kit: one that keeps every promise, and one that breaks each."""

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import Webhook, WebhookVerificationError

from tests.police.school import SECRET

Headers = Mapping[str, str]
Answer = tuple[int, Any]
Manner = Callable[["Honest", Headers, bytes], Answer]


class Honest:
    """What a receiver remembers, and how a good one answers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.receipts: dict[tuple[str, bytes], Any] = {}
        self.seen: list[Any] = []

    def answer(self, headers: Headers, body: bytes) -> Answer:
        """Verify, then take the report once."""
        try:
            Webhook(SECRET).verify(body, dict(headers))
        except WebhookVerificationError:
            return 401, None
        except ValueError:
            return 400, None
        return self.take(headers, body)

    def take(self, headers: Headers, body: bytes) -> Answer:
        """Take a report whoever signed it."""
        report = json.loads(body)
        if "alerts" not in report:
            return 422, None
        with self.lock:
            key = headers["webhook-id"], hashlib.sha256(body).digest()
            self.seen.append(report)
            return 200, self.receipts.setdefault(key, self.receipt(report))

    def receipt(self, report: Any) -> Any:
        """A new receipt for all that is in `report`."""
        alerts = [each["id"] for each in report["alerts"]]
        return {"receipt": f"r-{len(self.seen)}", "alerts": alerts}


def good(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    return receiver.answer(headers, body)


def always(status: int) -> Manner:
    return lambda *_: (status, None)


def refuses(when: Callable[[Honest, Any, bytes], bool], status: int = 422) -> Manner:
    """Refuses a signed report of which `when` is true."""

    def manner(receiver: Honest, headers: Headers, body: bytes) -> Answer:
        answer = receiver.answer(headers, body)
        wrong = answer[0] == 200 and when(receiver, json.loads(body), body)
        return (status, None) if wrong else answer

    return manner


def names(alerts: Callable[[Honest, Any], list[Any]]) -> Manner:
    """Gives a receipt that names other alerts than it should."""

    def manner(receiver: Honest, headers: Headers, body: bytes) -> Answer:
        status, given = receiver.answer(headers, body)
        named = [each["id"] for each in alerts(receiver, json.loads(body))] if given else []
        return status, given and {**given, "alerts": named}

    return manner


def any_signature(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    return receiver.take(headers, body)


def new_receipt_each_time(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    status, given = receiver.answer(headers, body)
    return status, given and {**given, "receipt": f"r-{len(receiver.seen)}"}


def known_by_id_alone(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    return receiver.answer(headers, body)[0], receiver.receipts.setdefault(
        (headers["webhook-id"], b""), receiver.receipt(json.loads(body))
    )


def first_signature_alone(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    first = headers["webhook-signature"].split(" ")[0]
    return receiver.answer({**headers, "webhook-signature": first}, body)


def falls_over_rubbish(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    return (500, None) if not body.startswith(b'{"') else receiver.answer(headers, body)


def an_impatient_clock(receiver: Honest, headers: Headers, body: bytes) -> Answer:
    now = receiver.answer(headers, body)
    stamps = receiver.receipts.setdefault(("first", b""), int(headers["webhook-timestamp"]))
    return now if abs(stamps - int(headers["webhook-timestamp"])) < 60 else (401, None)


def _before(receiver: Honest, report: Any) -> list[Any]:
    return [each for each in receiver.seen if each["version"] > report["version"]]


def _is_spoilt(report: Any) -> bool:
    return any(each["sha256"] == "0" * 64 for each in report["pictures"])


# For each case what a receiver does that must not pass it.
BROKEN: Mapping[str, Manner] = {
    "a-press": always(500),
    "no-redirect": always(307),
    "several-rooms": names(lambda _, report: report["alerts"][:1]),
    "repeated": new_receipt_each_time,
    "repeated-at-once": new_receipt_each_time,
    "answer-lost": refuses(lambda us, *_: len(us.seen) > 1, 409),
    "updates": names(lambda _, report: report["alerts"][-1:]),
    "versions-skipped": refuses(lambda us, report, _: report["version"] > len(us.seen), 409),
    "old-version-late": names(lambda us, report: (_before(us, report) or [report])[0]["alerts"]),
    "used-id-other-alerts": known_by_id_alone,
    "doubtful": refuses(lambda _, report, __: not report["alerts"][0]["verified"]),
    "odd-words": refuses(lambda _, __, body: not body.isascii(), 400),
    "unknown-fields": refuses(lambda _, report, __: len(report) > 10),
    "pictures": refuses(lambda _, __, body: len(body) > 500_000, 413),
    "spoilt-pictures": refuses(lambda _, report, __: _is_spoilt(report)),
    "large": refuses(lambda _, report, __: len(report["alerts"]) > 1000, 413),
    "storm": refuses(lambda us, *_: len(us.seen) > 50, 429),
    "two-signatures": first_signature_alone,
    "unsigned": any_signature,
    "stranger": any_signature,
    "tampered-body": any_signature,
    "tampered-id": any_signature,
    "tampered-timestamp": any_signature,
    "stale": any_signature,
    "within-tolerance": an_impatient_clock,
    "rubbish": falls_over_rubbish,
    "no-certificate": good,
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        status, found = server.manner(server.memory, dict(self.headers), body)
        text = b"" if found is None else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        return


class Served(ThreadingHTTPServer):
    """A receiver with these manners, until the `with` block ends; `tls` makes it https."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, manner: Manner, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner = manner
        self.memory = Honest()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}/reports"
        if tls:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, *_: object) -> None:
        return

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
