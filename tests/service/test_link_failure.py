"""Why a link cannot be made is told by its kind: certificate, name, clock, refused, unreachable."""

import errno
import socket
import ssl

import pytest

from service.link_failure import reason_for


def unverified(code: int, words: str = "strict words") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, words)
    error.verify_code, error.verify_message = code, words
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (unverified(9), "clock: the certificate of gw:8883 is not good yet on 20"),
        (unverified(10), " of gw:8883 has expired"),
        (unverified(20), "certificate: the one of gw:8883 is of another authority than"),
        (unverified(62), "name: the certificate of gw:8883 is not for gw"),
        (unverified(85), "certificate: the one of gw:8883 is not trusted: strict words"),
        (tls("TLSV1_ALERT_UNKNOWN_CA"), "certificate: gw:8883 refuses ours: it is of another"),
        (tls("SSLV3_ALERT_CERTIFICATE_REVOKED"), "certificate: gw:8883 refuses ours: it is revok"),
        (tls("WRONG_VERSION_NUMBER"), "refused: what answers at gw:8883 speaks no TLS"),
        (tls("NO_CIPHERS"), "refused: no TLS with gw:8883: NO_CIPHERS"),
        (socket.gaierror(-2, "Name not known"), "name: gw cannot be looked up (Name not known)"),
        (ConnectionRefusedError(), "refused: nothing listens at gw:8883"),
        (ConnectionResetError(104, "reset"), "refused: gw:8883 closed the connection (reset)"),
        (TimeoutError(), "unreachable: no answer from gw:8883"),
        (OSError(errno.EHOSTUNREACH, "No route"), "unreachable: no answer from gw:8883"),
        (OSError(errno.EACCES, "Permission denied"), "unreachable: gw:8883 (Permission denied)"),
        (None, "unreachable: gw:8883 (no reason given)"),
    ],
)
def test_each_failure_is_told_by_its_kind(error: BaseException | None, words: str) -> None:
    assert words in reason_for(error, "gw", 8883)


def test_an_address_with_colons_stands_in_brackets() -> None:
    assert reason_for(ConnectionRefusedError(), "fd00::1", 8883).endswith("at [fd00::1]:8883")
