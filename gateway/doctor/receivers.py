"""Looks at each receiver of reports: there, itself, willing to take us?  Sends nothing."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from gateway.endpoint import Endpoint
from service.doctor.finding import Finding, skipped
from service.doctor.handshake import Identity
from service.doctor.servers import look_at_plain_server, look_at_tls_server
from wire.ids import Wall

_PORTS: Final = {"http": 80, "https": 443}
_CURE: Final = "ask whoever runs it; until then its backup and the other receivers carry reports"


def look_at_receivers(endpoints: Iterable[Endpoint], now: Wall) -> list[Finding]:
    """Say of each address of each receiver whether a report could be handed over there."""
    return [_look_at(endpoint, url, now) for endpoint in endpoints for url in endpoint.urls]


def _look_at(endpoint: Endpoint, url: str, now: Wall) -> Finding:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    check = f"endpoint {endpoint.name} ({host})"
    if parts.scheme == "udp":
        return skipped(check, "the running gateway supervises it; UDP has no door to try")
    if parts.scheme in ("http", "tcp"):
        return look_at_plain_server(check, host, port, _CURE)
    identity = Identity(endpoint.ca, endpoint.cert, endpoint.key)
    return look_at_tls_server(check, host, port, identity, now, _CURE)
