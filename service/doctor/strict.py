"""What strict verification refuses in an authority's certificate, on every Python alike.

Python 3.13 and later verify strictly (RFC 5280 by OpenSSL's X509_V_FLAG_X509_STRICT), earlier ones
do not: an authority that works today would be refused after an upgrade.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509 import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    KeyUsage,
    SubjectAlternativeName,
    SubjectKeyIdentifier,
)

from service.files import read_plain


def faults_of_authority(ca: Path) -> list[str]:
    """Return what is wrong with the certificates in `ca`, each with its name; none if it is good.

    A file that cannot be read as certificates is one fault, too.
    """
    try:
        found = x509.load_pem_x509_certificates(read_plain(ca))
    except (OSError, ValueError) as error:
        return [f"cannot be read as certificates: {error}"]
    return [f"{_name(each)}: {fault}" for each in found for fault in _faults(each)]


def _faults(found: x509.Certificate) -> Iterator[str]:
    extensions: dict[x509.ObjectIdentifier, x509.Extension[Any]] = {
        each.oid: each for each in found.extensions
    }
    basic = extensions.get(BasicConstraints.oid)
    if basic is None and SubjectAlternativeName.oid in extensions:
        return  # a server's own certificate, trusted as such: it signs nothing
    if basic is None:
        yield "it does not say that it is an authority (basic constraints)"
    elif not basic.value.ca:
        return
    elif not basic.critical:
        yield "its basic constraints are not marked as critical"
    yield from _faults_of_keys(extensions, found.issuer == found.subject)


def _faults_of_keys(
    extensions: Mapping[x509.ObjectIdentifier, x509.Extension[Any]], own: bool
) -> Iterator[str]:
    usage = extensions.get(KeyUsage.oid)
    if usage is None:
        yield "it does not say what its key is for (key usage)"
    elif not usage.value.key_cert_sign:
        yield "its key is not for signing certificates (key usage)"
    if SubjectKeyIdentifier.oid not in extensions:
        yield "it has no subject key identifier"
    if AuthorityKeyIdentifier.oid not in extensions and not own:
        yield "it has no authority key identifier"


def _name(found: x509.Certificate) -> str:
    return found.subject.rfc4514_string() or "a certificate without a name"
