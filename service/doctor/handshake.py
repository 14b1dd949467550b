"""Connects to a server as our own processes would, and sends nothing beyond the handshake.

Waits for the system's resolver, which has no deadline: for a person at a terminal, never for the
alert path.
"""

import socket
import ssl
from pathlib import Path
from typing import Final, NamedTuple

from service.link_failure import reason_for
from service.tls import client_tls

_CONNECT_S: Final = 3.0
# A server that does not take our certificate says so only after the handshake (TLS 1.3).
_REFUSAL_S: Final = 0.5


class ClientIdentity(NamedTuple):
    """The authority we trust (None: the public ones) and our certificate (None: none)."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class NoHandshakeError(Exception):
    """There is no such server, it is not the one it should be, or it does not take us."""


def reach(host: str, port: int) -> None:
    """Connect by TCP; raises NoHandshakeError."""
    try:
        socket.create_connection((host, port), _CONNECT_S).close()
    except OSError as error:
        raise NoHandshakeError(reason_for(error, host, port)) from error


def shake_hands(host: str, port: int, identity: ClientIdentity) -> float:
    """Return when the server's certificate ends, in seconds since 1970; raises NoHandshakeError."""
    try:
        context = client_tls(*identity)
        with (
            socket.create_connection((host, port), _CONNECT_S) as sock,
            context.wrap_socket(sock, server_hostname=host) as shaken,
        ):
            _await_refusal(shaken)
            ends = (shaken.getpeercert() or {}).get("notAfter", "")
    except (OSError, ValueError) as error:
        raise NoHandshakeError(reason_for(error, host, port)) from error
    return float(ssl.cert_time_to_seconds(str(ends)))


def _await_refusal(shaken: ssl.SSLSocket) -> None:
    shaken.settimeout(_REFUSAL_S)
    try:
        if shaken.recv(1) == b"":
            raise ConnectionError("when it saw our certificate")
    except TimeoutError:
        return  # it waits for what we have to say
