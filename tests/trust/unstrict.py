"""Certificates of the shape that schools were founded with at first: without key identifiers."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from service.identity import PEM, key_in, read_certificate
from tests.trust.founded import School

_KEPT = (x509.BasicConstraints, x509.ExtendedKeyUsage, x509.SubjectAlternativeName)


def as_founded_before(made: School, only: str = "") -> None:
    """Put the same certificates, in the old shape, in the place of those in the school's folder."""
    key = key_in(made.folder / "authority/authority.key")
    for path in [made.folder / only] if only else made.folder.rglob("*.crt"):
        path.write_bytes(old_shape(read_certificate(path), key))
    if not only:
        for path in made.folder.rglob("revoked.crl"):
            path.write_bytes(_old_list(path, key))


def old_shape(found: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return `found` as the old code made it."""
    kept = [each for each in found.extensions if isinstance(each.value, _KEPT)]
    if found.subject == found.issuer:
        kept += [each for each in found.extensions if isinstance(each.value, x509.KeyUsage)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(found.subject)
        .issuer_name(found.issuer)
        .public_key(found.public_key())
        .serial_number(found.serial_number)
        .not_valid_before(found.not_valid_before_utc)
        .not_valid_after(found.not_valid_after_utc)
    )
    return _extended(builder, kept).sign(key, hashes.SHA256()).public_bytes(PEM)


def _extended(
    builder: x509.CertificateBuilder, kept: Iterable[x509.Extension[x509.ExtensionType]]
) -> x509.CertificateBuilder:
    for each in kept:
        builder = builder.add_extension(each.value, each.critical)
    return builder


def _old_list(path: Path, key: ec.EllipticCurvePrivateKey) -> bytes:
    found = x509.load_pem_x509_crl(path.read_bytes())
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(found.issuer)
        .last_update(datetime(1970, 1, 1, tzinfo=UTC))
        .next_update(datetime(2040, 1, 1, tzinfo=UTC))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM)
