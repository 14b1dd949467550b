"""A school's certificate authority: signs identities.  Values in, certificates out; keeps nothing.

Certificates begin in 1970, long before they are signed: a Pi without a clock of its own starts in
the past, and would refuse one that is not valid yet (docs/decisions/certificate-dates.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from service.identity import LIFE, PEM, is_issued_by, new_key
from wire.ids import Seconds, Wall

_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AUTHORITY_LIFE: Final = Seconds(30 * 365 * 86400.0)
# A list of revoked certificates that ends locks everybody out (docs/decisions/revocation.md).
# A certificate that ended no longer ago may still be renewed by the holder of its key.
RENEWAL_GRACE: Final = Seconds(90 * 86400.0)
LIST_LIFE: Final = Seconds(20 * 365 * 86400.0)
_DER: Final = serialization.Encoding.DER
_KEY_FORM: Final = serialization.PublicFormat.SubjectPublicKeyInfo
_Extension = tuple[x509.ExtensionType, bool]


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
        """Return `old` with a new end, for the same key and name; raises NotOursError.

        It may have ended a while ago: a unit that was in a drawer, or whose authority was away.
        The broker lets nobody in by it.
        """
        key = self.verify_holder(old, request, Wall(now - RENEWAL_GRACE))
        kept = [
            (each.value, each.critical)
            for each in old.extensions
            if isinstance(each.value, x509.ExtendedKeyUsage | x509.SubjectAlternativeName)
        ]
        return self._sign(_name(old), key, now, kept)

    def verify(self, certificate: x509.Certificate, now: Wall) -> None:
        """Raise NotOursError for a certificate that we did not sign, or that has ended."""
        if not is_issued_by(certificate, self.certificate):
            raise NotOursError("the certificate was issued by another authority")
        if certificate.not_valid_after_utc.timestamp() < now:
            raise NotOursError("the certificate has expired; enrol again")

    def verify_holder(
        self, certificate: x509.Certificate, request: bytes, now: Wall
    ) -> ec.EllipticCurvePublicKey:
        """Return the key of a good certificate of ours, by which `request` is signed.

        Raises NotOursError unless it is: who asks has the key.
        """
        self.verify(certificate, now)
        key = _key_of(request)
        if key != certificate.public_key():
            raise NotOursError("the request is for another key than the certificate")
        return key

    def revocations(self, serials: Iterable[int], now: Wall) -> bytes:
        """Return the list of revoked certificates (PEM), good for twenty years."""
        at = _moment(now)
        revoked = [
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
            for serial in sorted(set(serials))
        ]
        # All of them at once: the builder's own method copies the whole list for each.
        builder = (
            x509.CertificateRevocationListBuilder(revoked_certificates=revoked)
            .issuer_name(self.certificate.subject)
            .last_update(_BEGIN)
            .next_update(at + timedelta(seconds=LIST_LIFE))
            .add_extension(_issued_by(self.key), False)
            .add_extension(x509.CRLNumber(int(now * 1e6)), False)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey,
        now: Wall,
        extensions: Iterable[_Extension],
    ) -> bytes:
        draft = _draft(_subject(name), self.certificate.subject, key, now, LIFE)
        own = (
            (x509.BasicConstraints(False, None), True),
            (_usage(digital_signature=True), True),
            (x509.SubjectKeyIdentifier.from_public_key(key), False),
            (_issued_by(self.key), False),
        )
        return _signed(draft, (*own, *extensions), self.key).public_bytes(PEM)


def new_authority(site: str, now: Wall) -> Authority:
    """Return a new authority for the school `site`, good for thirty years."""
    return _self_signed(new_key(), _subject(f"Tocsin authority of {site}"), now)


def reissued(old: Authority, now: Wall) -> Authority:
    """Return `old` with a new certificate, for the same key and name: all that it signed stays."""
    return _self_signed(old.key, old.certificate.subject, now)


def _self_signed(key: ec.EllipticCurvePrivateKey, name: x509.Name, now: Wall) -> Authority:
    draft = _draft(name, name, key.public_key(), now, _AUTHORITY_LIFE)
    own = (
        (x509.BasicConstraints(True, 0), True),
        (_usage(key_cert_sign=True, crl_sign=True), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (_issued_by(key), False),
    )
    return Authority(key, _signed(draft, own, key))


def _signed(
    draft: x509.CertificateBuilder,
    extensions: Iterable[_Extension],
    key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    for extension, critical in extensions:
        draft = draft.add_extension(extension, critical)
    return draft.sign(key, hashes.SHA256())


def _usage(
    digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _issued_by(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _draft(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: Wall, life: Seconds
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_moment(now) + timedelta(seconds=life))
    )


def digest_of_key(request: bytes) -> str:
    """Return the SHA-256 of the public key that asks, in hexadecimal; raises NotOursError."""
    return hashlib.sha256(_key_of(request).public_bytes(_DER, _KEY_FORM)).hexdigest()


def _key_of(request: bytes) -> ec.EllipticCurvePublicKey:
    try:
        read = x509.load_pem_x509_csr(request)
        signed = read.is_signature_valid
    except (ValueError, TypeError) as error:
        raise NotOursError("the certificate request cannot be read") from error
    key = read.public_key()
    if (
        not signed
        or not isinstance(key, ec.EllipticCurvePublicKey)
        or key.curve.name != "secp256r1"
    ):
        raise NotOursError("the certificate request is not signed by a P-256 key")
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
