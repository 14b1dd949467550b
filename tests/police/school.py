"""Reports, signed as a gateway signs them, and the receiver that they are sent to, as a process."""

import base64
import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from PIL import Image, ImageDraw
from standardwebhooks import Webhook

from tests.waiting import patience, until

Json = dict[str, Any]
SECRET = "whsec_" + base64.b64encode(b"a secret of 32 bytes for lincoln").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"a secret of 32 bytes for another").decode()


def moment(seconds_ago: float = 0.0) -> str:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)  # noqa: TID251
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def alert(room: str = "204", **fields: Any) -> Json:
    place = {"id": room, "name": f"Room {room}", "floor": room[0], "building": "Main Building"}
    return {
        "id": str(uuid.uuid4()),
        "kind": "panic",
        "unit": f"lincoln-{room}",
        "room": place,
        "pressed_at": moment(1.0),
        "received_at": moment(0.99),
        "presses": 1,
        "verified": True,
        "doubts": [],
        **fields,
    }


def jpeg(words: str = "hall-2", size: tuple[int, int] = (320, 180)) -> bytes:
    image = Image.new("RGB", size, (40, 60, 80))
    ImageDraw.Draw(image).text((8, 8), words, fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def picture(content: bytes, camera: str = "hall-2", **fields: Any) -> Json:
    return {
        "camera": camera,
        "room": "204",
        "taken_at": moment(1.4),
        "seconds_from_press": -0.4,
        "sha256": hashlib.sha256(content).hexdigest(),
        "jpeg": base64.b64encode(content).decode(),
        **fields,
    }


def report(alerts: Sequence[Json], version: int = 1, **fields: Any) -> Json:
    incident = fields.pop("incident", None) or str(uuid.uuid4())
    return {
        "type": "incident.report",
        "version": version,
        "schema_version": "1.0",
        "mode": "live",
        "incident": {
            "id": incident,
            "status": "active",
            "opened_at": moment(1.0),
            "summary": f"PANIC Lincoln School, {len(alerts)} alerts",
        },
        "site": {
            "id": "lincoln",
            "name": "Lincoln School",
            "address": {"street": "12 Elm Street", "city": "Springfield", "state": "IL",
                        "postcode": "62701", "country": "US"},
            "geo": {"lat": 39.7817, "lon": -89.6501},
            "phone": "+1 217 555 0100",
        },
        "alerts": list(alerts),
        "pictures": [],
        "silent_cameras": [],
        "events": [],
        "live_url": None,
        **fields,
    }  # fmt: skip


def signed(
    body: bytes, webhook_id: str, secret: str = SECRET, seconds_ago: float = 0.0
) -> dict[str, str]:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)  # noqa: TID251
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, at, body.decode()),
    }


class Receiver:
    """A police receiver as a process of its own, on a port of its own."""

    def __init__(self, folder: Path, extra: str = "", listen: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http{'s' if listen else ''}://127.0.0.1:{self.port}"
        self.session = requests.Session()
        self.session.trust_env = False
        (folder / "lincoln.secret").write_text(SECRET)
        (folder / "other.secret").write_text(OTHER_SECRET)
        self.config = folder / "police.toml"
        self.config.write_text(
            f'[listen]\nport = {self.port}\n{listen}\n[store]\npath = "police.db"\n{extra}\n'
            '[[sender]]\nname = "lincoln"\nsecret_file = "lincoln.secret"\n'
            '[[sender]]\nname = "other-school"\nsecret_file = "other.secret"\n'
        )

    def start(self) -> None:
        self.log = (self.folder / "police.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "police.main", "serve", "--config", str(self.config)],
            stderr=self.log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        until(self.answers, within=15)

    def run(self, command: str) -> tuple[int, str]:
        """Run a command that ends by itself; return its exit code and what it said."""
        argv = [sys.executable, "-m", "police.main", command, "--config", str(self.config)]
        ended = subprocess.run(argv, capture_output=True, text=True, timeout=patience(20))
        return ended.returncode, ended.stdout + ended.stderr

    def account(self, *words: str) -> str:
        """Make or change an account by the command; returns what it said."""
        argv = [sys.executable, "-m", "police.main", "account", "--config", str(self.config)]
        ended = subprocess.run(
            [*argv, *words], capture_output=True, text=True, timeout=patience(20)
        )
        return ended.stdout + ended.stderr

    def make_account(self, name: str, role: str = "dispatcher") -> str:
        """Make an account; returns its password."""
        return self.account(name, "--role", role).split()[-1]

    def answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "police.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self, how: int = signal.SIGTERM) -> int:
        self.session.close()
        self.process.send_signal(how)
        code = self.process.wait(10)
        self.log.close()
        return code

    def post(
        self, document: Json, webhook_id: str | None = None, secret: str = SECRET
    ) -> requests.Response:
        body = json.dumps(document).encode()
        name = webhook_id or f"{document['incident']['id']}.{document['version']}"
        return self.post_bytes(body, signed(body, name, secret))

    def post_bytes(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        return self.session.post(
            f"{self.url}/reports", data=body, headers=headers, timeout=patience(10)
        )

    def incidents(self) -> list[Json]:
        found: list[Json] = self.session.get(f"{self.url}/incidents", timeout=patience(10)).json()
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def receiving(folder: Path, extra: str = "", listen: str = "") -> Iterator[Receiver]:
    receiver = Receiver(folder, extra, listen)
    receiver.start()
    try:
        yield receiver
    finally:
        if receiver.process.poll() is None:
            receiver.end()


def shown(receiver: Receiver, document: Json, sender: str = "lincoln") -> Json:
    key = (sender, document["incident"]["id"])
    return next(x for x in receiver.incidents() if (x["sender"], x["incident"]) == key)


def body_of(document: Json) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(document).encode()
    return body, signed(body, str(uuid.uuid4()))
