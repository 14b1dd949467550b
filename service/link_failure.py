"""Explains why a connection failed, in one line that says whose fault it is.

Each line begins with what is wrong: certificate, name, clock, refused or unreachable.
"""

import errno
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from service.clock import believable, kernel_is_synchronised
from wire.ids import Wall

# X509_V_ERR_… of OpenSSL.
_NOT_YET: Final = 9
_EXPIRED: Final = 10
_OTHER_NAME: Final = frozenset({62, 64})
_OTHER_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21})
_UNREACHABLE: Final = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}
)
# Alerts by which the other side refuses what we showed.
_REFUSALS: Final[Mapping[str, str]] = {
    "TLSV1_ALERT_UNKNOWN_CA": "it is of another authority",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "it has expired",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "it is revoked",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it is not good",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "it is not known there",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "none was shown",
}


def reason_for(error: BaseException | None, host: str, port: int) -> str:
    """Return why `host` and `port` could not be connected to, as `error` tells it."""
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_verification(error, where, host)
    if isinstance(error, ssl.SSLError):
        return _of_tls(error, where)
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"name: {host} cannot be looked up ({_words(error)})"
    return _of_network(error, where)


def _of_verification(error: ssl.SSLCertVerificationError, where: str, host: str) -> str:
    if error.verify_code in (_NOT_YET, _EXPIRED):
        return _of_time(error.verify_code, where)
    if error.verify_code in _OTHER_NAME:
        return f"name: the certificate of {where} is not for {host}"
    if error.verify_code in _OTHER_AUTHORITY:
        return f"certificate: the one of {where} is of another authority than the one in `ca`"
    return f"certificate: the one of {where} is not trusted: {error.verify_message}"


def _of_time(code: int, where: str) -> str:
    """An end or beginning that does not fit is the clock's fault if nobody has set the clock."""
    state = "has expired" if code == _EXPIRED else "is not good yet"
    now = time.time()
    today = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}"
    if code == _NOT_YET or not believable(Wall(now), kernel_is_synchronised()):
        return f"clock: the certificate of {where} {state} on {today}; is that the right date?"
    return f"certificate: the one of {where} {state} (today is {today})"


def _of_tls(error: ssl.SSLError, where: str) -> str:
    reason = error.reason or str(error)
    if refusal := _REFUSALS.get(reason):
        return f"certificate: {where} refuses ours: {refusal}"
    if reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING"):
        return f"refused: what answers at {where} speaks no TLS; is it the right port?"
    return f"refused: no TLS with {where}: {reason}"


def _of_network(error: BaseException | None, where: str) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"refused: nothing listens at {where}"
    if isinstance(error, ConnectionError):
        return f"refused: {where} closed the connection ({_words(error)})"
    if isinstance(error, TimeoutError) or getattr(error, "errno", None) in _UNREACHABLE:
        return f"unreachable: no answer from {where}"
    return f"unreachable: {where} ({_words(error)})"


def _words(error: BaseException | None) -> str:
    return str(getattr(error, "strerror", None) or error or "no reason given")
