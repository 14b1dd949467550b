"""Checks a server as one of our processes would meet it, and the broker by its settings."""

from collections.abc import Mapping
from typing import Final

from service.broker import Broker
from service.doctor.finding import Finding, good, problem
from service.doctor.handshake import ClientIdentity, NoHandshakeError, reach, shake_hands
from wire.ids import Wall

_WARN_DAYS: Final = 14
_DAY: Final = 86400.0

Cures = Mapping[str, str]
"""What to do, by what is wrong: certificate, ours (it refuses our certificate), ends (its own ends
soon), name, clock, refused or unreachable.
"""


def check_tls_server(
    check: str, host: str, port: int, identity: ClientIdentity, now: Wall, cures: Cures
) -> Finding:
    """Check that the server is reachable, authentic and accepts us, and until when."""
    try:
        ends = shake_hands(host, port, identity)
    except NoHandshakeError as error:
        return _problem(check, str(error), cures)
    days = int((ends - now) // _DAY)
    seen = f"there, trusted, its certificate is good for {days} days"
    return good(check, seen) if days >= _WARN_DAYS else problem(check, seen, cures["ends"])


def check_plain_server(check: str, host: str, port: int, cures: Cures) -> Finding:
    """Check that a server on this machine, which needs no TLS, is reachable."""
    try:
        reach(host, port)
    except NoHandshakeError as error:
        return _problem(check, str(error), cures)
    return good(check, "there (without TLS, on this machine alone)")


def check_broker(check: str, broker: Broker, now: Wall, cures: Cures) -> Finding:
    """Check that the broker of these settings is reachable and accepts our certificate."""
    if not broker.secure:
        return check_plain_server(check, broker.host, broker.port, cures)
    identity = ClientIdentity(broker.ca, broker.cert, broker.key)
    return check_tls_server(check, broker.host, broker.port, identity, now, cures)


def _problem(check: str, seen: str, cures: Cures) -> Finding:
    """`seen` begins with what is wrong, as service/link_failure.py writes it."""
    kind = "ours" if " refuses ours: " in seen else seen.partition(":")[0]
    return problem(check, seen, cures[kind])
