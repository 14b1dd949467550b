"""A school's certificate authority: signs who is who.  Values in, certificates out; keeps nothing.

Certificates begin in 1970, long before they are signed: a Pi without a clock of its own wakes in
the past, and would refuse one that is not valid yet (measured: facts, reliability 0.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from service.identity import LIFE, PEM, is_issued_by, new_key
from wire.ids import Seconds, Wall

_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AUTHORITY_LIFE: Final = Seconds(30 * 365 * 86400.0)
# A list of revoked certificates that ends locks everybody out (measured: facts, reliability 0.5).
LIST_LIFE: Final = Seconds(20 * 365 * 86400.0)


class NotOursError(Exception):
    """A request or certificate that this authority must not sign or trust; the asker's fault."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority's own key and certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign_client(self, name: str, request: bytes, now: Wall) -> bytes:
        """Return a certificate (PEM) for one who connects as `name`; raises NotOursError."""
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._sign(name, _key_of(request), now, [(use, True)])

    def sign_server(self, name: str, hosts: Sequence[str], request: bytes, now: Wall) -> bytes:
        """Return a certificate (PEM) for one who listens under `hosts`; raises NotOursError."""
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        names = x509.SubjectAlternativeName([_host(each) for each in hosts])
        return self._sign(name, _key_of(request), now, [(use, True), (names, False)])

    def renew(self, old: x509.Certificate, request: bytes, now: Wall) -> bytes:
        """Return `old` with a new end, for the same key and name; raises NotOursError."""
        self.verify(old, now)
        key = _key_of(request)
        if key != old.public_key():
            raise NotOursError("the request is of another key than the certificate")
        kept = [
            (each.value, each.critical)
            for each in old.extensions
            if isinstance(each.value, x509.ExtendedKeyUsage | x509.SubjectAlternativeName)
        ]
        return self._sign(_name(old), key, now, kept)

    def verify(self, certificate: x509.Certificate, now: Wall) -> None:
        """Raise NotOursError for a certificate that we did not sign, or that has ended."""
        if not is_issued_by(certificate, self.certificate):
            raise NotOursError("the certificate is of another authority")
        if certificate.not_valid_after_utc.timestamp() < now:
            raise NotOursError("the certificate has ended: enrol anew")

    def revocations(self, serials: Iterable[int], now: Wall) -> bytes:
        """Return the list of revoked certificates (PEM), good for twenty years."""
        at = _moment(now)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(_BEGIN)
            .next_update(at + timedelta(seconds=LIST_LIFE))
        )
        for serial in sorted(set(serials)):
            revoked = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(revoked.revocation_date(at).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey,
        now: Wall,
        extensions: Iterable[tuple[x509.ExtensionType, bool]],
    ) -> bytes:
        builder = _draft(name, self.certificate.subject, key, now, LIFE)
        builder = builder.add_extension(x509.BasicConstraints(False, None), True)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)


def new_authority(site: str, now: Wall) -> Authority:
    """Return a new authority for the school `site`, good for thirty years."""
    key = new_key()
    name = f"Tocsin authority of {site}"
    builder = _draft(name, _subject(name), key.public_key(), now, _AUTHORITY_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(True, 0), True)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return Authority(key, builder.add_extension(usage, True).sign(key, hashes.SHA256()))


def _draft(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: Wall, life: Seconds
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_moment(now) + timedelta(seconds=life))
    )


def _key_of(request: bytes) -> ec.EllipticCurvePublicKey:
    try:
        read = x509.load_pem_x509_csr(request)
        signed = read.is_signature_valid
    except (ValueError, TypeError) as error:
        raise NotOursError("the request cannot be read") from error
    key = read.public_key()
    if (
        not signed
        or not isinstance(key, ec.EllipticCurvePublicKey)
        or key.curve.name != "secp256r1"
    ):
        raise NotOursError("the request is not signed by a key on P-256")
    return key


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _moment(at: Wall) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
