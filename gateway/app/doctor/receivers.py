"""Checks that each receiver of reports is reachable, authentic and accepts us; sends no report."""

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Final
from urllib.parse import urlsplit

from gateway.app.doctor.live_frames import check_live_frames
from gateway.app.doctor.signature import SystemResolver, check_signature
from gateway.config.endpoint import Endpoint
from gateway.config.endpoints import Webhook
from service.doctor.finding import Finding, skipped
from service.doctor.handshake import ClientIdentity
from service.doctor.machine import CLOCK_CURE
from service.doctor.servers import Cures, check_plain_server, check_tls_server
from wire.ids import Wall

_PORTS: Final = {"http": 80, "https": 443}


def check_receivers(endpoints: Iterable[Endpoint], now: Wall) -> Iterator[Finding]:
    """Say of each address of each receiver whether a report could be handed over there."""
    for endpoint in endpoints:
        found = [_check(endpoint, url, now) for url in endpoint.urls]
        yield from found
        if isinstance(endpoint, Webhook) and found[0].verdict == "good":
            yield check_signature(endpoint)
            if endpoint.frames_url:
                yield check_live_frames(endpoint, SystemResolver())


def _check(endpoint: Endpoint, url: str, now: Wall) -> Finding:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    check = f"endpoint {endpoint.name} ({host})"
    if parts.scheme == "udp":
        return skipped(
            check, "the running gateway supervises it; a UDP port cannot be tried from here"
        )
    cures = _cures(endpoint, host)
    if parts.scheme in ("http", "tcp"):
        return check_plain_server(check, host, port, cures)
    identity = ClientIdentity(endpoint.ca, endpoint.cert, endpoint.key)
    return check_tls_server(check, host, port, identity, now, cures)


def _cures(endpoint: Endpoint, host: str) -> Cures:
    address = f'are host and port of "{endpoint.name}" in /etc/tocsin/gateway.toml right?'
    ask = "Else ask the receiver; its backup and the other receivers take the reports meanwhile"
    ca = (
        f"put the certificate of the receiver's authority into {endpoint.ca}: ask the receiver"
        if endpoint.ca
        else f'the receiver has a private authority: ask for its certificate, name it as `ca` of "'
        f'{endpoint.name}"'
    )
    return {
        "certificate": ca,
        "ours": f'ask the receiver for a new `cert` of "{endpoint.name}" that it takes',
        "ends": "ask the receiver to renew its certificate",
        "name": f"{address}  `getent hosts {quote(host)}` asks this machine's name server",
        "clock": CLOCK_CURE,
        "refused": f"{address}  {ask}",
        "unreachable": f"{address}  Does the school's firewall let it out?  {ask}",
    }
