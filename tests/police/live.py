"""A school that asks what is looked at, and sends frames; and a page that looks."""

import base64
import json
import uuid
from typing import Any

import requests

from tests.police.school import SECRET, Receiver, jpeg, moment, signed
from tests.waiting import patience

Json = dict[str, Any]


def ask(receiver: Receiver, after: int = 0, secret: str = SECRET, **more: Any) -> requests.Response:
    headers = signed(b"", more.get("name", f"looks.{after}.{uuid.uuid4()}"), secret)
    url = f"{receiver.url}/reports/live/frames{more.get('of', '')}"
    return requests.get(url, {"after": after}, headers=headers, timeout=patience(30))


def frame(document: Json, camera: str = "hall-2", **fields: Any) -> Json:
    return {
        "type": "incident.frame",
        "incident": document["incident"]["id"],
        "camera": camera,
        "taken_at": moment(),
        "age": 0.1,
        "jpeg": base64.b64encode(jpeg(camera)).decode(),
        **fields,
    }


def send(receiver: Receiver, document: Json, secret: str = SECRET, of: str = "") -> int:
    body = json.dumps(document).encode()
    url = f"{receiver.url}/reports/live/frames{of}"
    headers = signed(body, f"frame.{uuid.uuid4()}", secret)
    return requests.post(url, body, headers=headers, timeout=patience(10)).status_code


def look(
    receiver: Receiver, document: Json, *cameras: str, viewer: str = "a-page-of-ours", **more: Any
) -> requests.Response:
    of = {"sender": "lincoln", "incident": document["incident"]["id"], **more}
    looks = [{**of, "camera": each, "after": more.get("after", 0)} for each in cameras]
    return requests.post(
        f"{receiver.url}/looks", json={"viewer": viewer, "looks": looks},
        headers={"origin": receiver.url}, timeout=patience(10),
    )  # fmt: skip


def parts(body: bytes) -> list[tuple[Json, bytes]]:
    """The frames of an answer to a page."""
    found = []
    while body:
        line, _, rest = body.partition(b"\n")
        head = json.loads(line)
        found.append((head, rest[: head["bytes"]]))
        body = rest[head["bytes"] :]
    return found
