"""Looks at a server as one of our processes would meet it, and at the broker by its settings."""

from typing import Final

from service.broker import Broker
from service.doctor.finding import Finding, good, problem
from service.doctor.handshake import Identity, NoHandshakeError, reach, shake_hands
from wire.ids import Wall

_WARN_DAYS: Final = 14
_DAY: Final = 86400.0


def look_at_tls_server(
    check: str, host: str, port: int, identity: Identity, now: Wall, cure: str
) -> Finding:
    """Say whether the server is there, is who it should be, takes us, and for how long."""
    try:
        ends = shake_hands(host, port, identity)
    except NoHandshakeError as error:
        return problem(check, str(error), cure)
    days = int((ends - now) // _DAY)
    seen = f"there, trusted, its certificate is good for {days} days"
    return good(check, seen) if days >= _WARN_DAYS else problem(check, seen, cure)


def look_at_plain_server(check: str, host: str, port: int, cure: str) -> Finding:
    """Say whether a server on this machine, which needs no TLS, is there."""
    try:
        reach(host, port)
    except NoHandshakeError as error:
        return problem(check, str(error), cure)
    return good(check, "there (without TLS, on this machine alone)")


def look_at_broker(check: str, broker: Broker, now: Wall) -> Finding:
    """Say whether the broker of these settings is there and takes our certificate."""
    cure = "is it running, and of this school's authority?  journalctl -u tocsin-broker"
    if not broker.secure:
        return look_at_plain_server(check, broker.host, broker.port, cure)
    identity = Identity(broker.ca, broker.cert, broker.key)
    return look_at_tls_server(check, broker.host, broker.port, identity, now, cure)
