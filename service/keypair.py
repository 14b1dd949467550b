"""Checks a certificate and its key before they are used."""

import ssl
from pathlib import Path

from service.files import must_be_plain, read_plain


def must_be_pair(cert: Path | None, key: Path | None) -> None:
    """Raise ValueError, in words, unless `key` is the key of `cert`; none of both is fine."""
    if not cert and not key:
        return
    if not cert or not key:
        raise ValueError("cert and key go together")
    try:
        must_be_plain(cert)
        must_be_plain(key)
        # An empty password: a key that asks for one is a fault to be told, not a prompt.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        raise ValueError(_words(error, cert, key)) from error
    except OSError as error:
        raise ValueError(
            f"{cert.name} and {key.name} cannot be read: {error.strerror}; whose are they?"
        ) from error


def must_hold_certificates(ca: Path) -> None:
    """Raise ValueError, in words, unless `ca` holds certificates to trust."""
    try:
        must_be_plain(ca)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca)
    except ssl.SSLError as error:
        raise ValueError(f"{ca.name} holds no certificate (PEM) to trust") from error
    except OSError as error:
        raise ValueError(f"{ca.name} cannot be read: {error.strerror}; whose is it?") from error


def _words(error: ssl.SSLError, cert: Path, key: Path) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{key.name} is the key of another certificate than {cert.name}"
    if _holds(cert, b"BEGIN CERTIFICATE") and _holds(key, b"ENCRYPTED"):
        return f"{key.name} asks for a password; a service has none: openssl pkey -in … -out …"
    if not _holds(cert, b"BEGIN CERTIFICATE"):
        return f"{cert.name} holds no certificate (PEM)"
    if not _holds(key, b"PRIVATE KEY"):
        return f"{key.name} holds no private key (PEM)"
    return f"{cert.name} and {key.name} cannot be used: {error.reason or error}"


def _holds(path: Path, mark: bytes) -> bool:
    return mark in read_plain(path)
