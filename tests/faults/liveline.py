"""What passes on the line of live frames, and somebody who looks at a camera."""

import base64
import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.police.live import parts
from tests.servers import Serving
from tests.waiting import patience


class Recorder(Serving, ThreadingHTTPServer):
    """Passes requests on to `to`, and writes down the camera and the moment of each frame."""

    daemon_threads = True

    def __init__(self, to: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.to = f"http://127.0.0.1:{to}"
        self.url = f"http://127.0.0.1:{self.server_port}/reports/live/frames"
        self.frames: list[tuple[str, float, int]] = []

    def cameras(self) -> set[str]:
        return {camera for camera, _, _ in self.frames}


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        recorder: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = json.loads(body)
        size = len(base64.b64decode(fields["jpeg"]))
        recorder.frames.append((fields["camera"], time.monotonic(), size))
        self._pass(body)

    def do_GET(self) -> None:
        self._pass(None)

    def _pass(self, body: bytes | None) -> None:
        recorder: Any = self.server
        came = requests.request(
            self.command, f"{recorder.to}{self.path}", data=body,
            headers=dict(self.headers), timeout=patience(30),
        )  # fmt: skip
        self.send_response_only(came.status_code)
        self.send_header("Content-Length", str(len(came.content)))
        self.end_headers()
        self.wfile.write(came.content)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def looking(police: str, incident: str, cameras: Sequence[str]) -> Iterator[Mapping[str, int]]:
    """A page that looks at these until the block ends; yields the number of the newest of each."""
    ended, after = threading.Event(), dict.fromkeys(cameras, 0)
    of, viewer = {"sender": "lincoln", "incident": incident}, uuid.uuid4().hex

    def go_on() -> None:
        while not ended.is_set():
            looks = [{**of, "camera": each, "after": after[each]} for each in cameras]
            came = requests.post(
                f"{police}/looks", json={"viewer": viewer, "looks": looks},
                headers={"origin": police}, timeout=patience(10),
            )  # fmt: skip
            after.update((head["camera"], head["number"]) for head, _ in parts(came.content))

    page = threading.Thread(target=go_on, daemon=True)
    page.start()
    try:
        yield after
    finally:
        ended.set()
        page.join(10)
