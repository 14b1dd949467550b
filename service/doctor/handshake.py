"""Says hello to a server as our own processes would, and not a word more.

Waits for the system's resolver, which has no deadline: for a person at a terminal, never for the
alert path.
"""

import socket
import ssl
from pathlib import Path
from typing import Final, NamedTuple

from service.tls import client_tls

_CONNECT_S: Final = 3.0
# A server that does not take our certificate says so only after the handshake (TLS 1.3).
_REFUSAL_S: Final = 0.5


class Identity(NamedTuple):
    """Whom we trust (None: the public authorities), and who we are (None: nobody)."""

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
        raise NoHandshakeError(f"{host}:{port} cannot be reached: {error}") from error


def shake_hands(host: str, port: int, identity: Identity) -> float:
    """Return when the server's certificate ends, in seconds since 1970; raises NoHandshakeError."""
    try:
        context = client_tls(*identity)
        with (
            socket.create_connection((host, port), _CONNECT_S) as sock,
            context.wrap_socket(sock, server_hostname=host) as shaken,
        ):
            _hear_refusal(shaken)
            ends = (shaken.getpeercert() or {}).get("notAfter", "")
    except (OSError, ValueError) as error:
        raise NoHandshakeError(f"{host}:{port}: {_words(error)}") from error
    return float(ssl.cert_time_to_seconds(str(ends)))


def _hear_refusal(shaken: ssl.SSLSocket) -> None:
    shaken.settimeout(_REFUSAL_S)
    try:
        if shaken.recv(1) == b"":
            raise ConnectionError("it closed the connection as soon as it knew who we are")
    except TimeoutError:
        return  # it waits for what we have to say


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS: {error.reason or error}"
    return str(error)
