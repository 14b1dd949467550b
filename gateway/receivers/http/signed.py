"""A request that is signed as reports are, by the clock of the one that verifies it."""

import os
import time
from datetime import UTC, datetime

from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.protocol import Request
from gateway.receivers.http.transport import DeadlineConnection
from wire.ids import Wall


def signed_request(
    transport: DeadlineConnection,
    credentials: Credentials,
    clock: PeerClock,
    name: str,
    body: str | None = None,
    query: str = "",
) -> Request:
    """Return a POST of the JSON `body`, or a GET with `query` where there is none.

    Its webhook-id begins with `name`.  Raises CredentialsError.
    """
    now = datetime.fromtimestamp(int(clock.now(Wall(time.time()))), UTC)
    webhook_id, target = f"{name}.{os.urandom(8).hex()}", transport.target
    fields = [
        ("Host", transport.host),
        ("Accept-Encoding", "identity"),
        ("User-Agent", "tocsin"),
        ("webhook-id", webhook_id),
        ("webhook-timestamp", str(int(now.timestamp()))),
        ("webhook-signature", credentials.sign(webhook_id, now, body or "")),
    ]
    if body is not None:
        return Request(
            "POST", target, [*fields, ("Content-Type", "application/json")], body.encode()
        )
    return Request("GET", f"{target}{'&' if '?' in target else '?'}{query}", fields)
