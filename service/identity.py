"""A process's identity: a private key that never leaves its machine, and the certificate of it.

A certificate is renewed for the same key, so one file is replaced, and there is no moment at which
key and certificate do not belong together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID, NameOID

from service.files import read_whole, write_whole
from wire.ids import Seconds, Wall

Certificate = x509.Certificate
PEM: Final = serialization.Encoding.PEM
# An authority signs for so long; renewal is asked for when a third of it is left.
LIFE: Final = Seconds(3 * 365 * 86400.0)
# Long enough for a unit that lay in a drawer to hear of the new one.
_AUTHORITY_DUE: Final = Seconds(5 * 365 * 86400.0)


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a key on P-256: every TLS library knows it, and a small Pi makes it in no time."""
    return ec.generate_private_key(ec.SECP256R1())


def key_in(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key at `path`, made there (0600) if there is none; OSError or ValueError."""
    if not path.exists():
        write_whole(path, key_as_pem(new_key()))
    key = serialization.load_pem_private_key(read_whole(path), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} is not an elliptic-curve key")
    return key


def key_as_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return `key` as it is kept in a file."""
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def request_for(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a signed request (PKCS 10, PEM) that names nobody: the authority knows who asks."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM)


def read_certificate(path: Path) -> x509.Certificate:
    """Return the certificate at `path`; raises OSError or ValueError."""
    return x509.load_pem_x509_certificate(read_whole(path))


def name_on(certificate: x509.Certificate) -> str:
    """Return the common name, or nothing if there is not exactly one."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""


def is_due(certificate: x509.Certificate, now: Wall) -> bool:
    """True from two thirds of a certificate's life on, and at once if it is not strict."""
    return certificate.not_valid_after_utc.timestamp() - now < LIFE / 3 or not is_strict(
        certificate
    )


def is_strict(certificate: x509.Certificate) -> bool:
    """True if it bears the key identifiers and the key usage that RFC 5280 asks for.

    Those that schools were founded with at first did not, and Python 3.13 refuses them.
    """
    found = {each.oid for each in certificate.extensions}
    return found >= {
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
    }


def follows(new: bytes, old: Certificate) -> bool:
    """True if the authority's certificate `new` (PEM) is strict, and may replace `old`.

    Raises ValueError for one of another key or name: nobody new is ever trusted by this.
    """
    found = x509.load_pem_x509_certificate(new)
    if found.public_key() != old.public_key() or found.subject != old.subject:
        raise ValueError("the authority shows a certificate of another key or name")
    is_later = found.not_valid_after_utc > old.not_valid_after_utc
    return is_strict(found) and (is_later or not is_strict(old))


def needs_another(authority: x509.Certificate, now: Wall) -> bool:
    """True if an authority's certificate is not strict, or ends within five years."""
    left = authority.not_valid_after_utc.timestamp() - now
    return left < _AUTHORITY_DUE or not is_strict(authority)


def is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """True if `authority` signed it."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def fingerprint(certificate: x509.Certificate) -> str:
    """Return SHA-256 of the whole certificate, in 64 hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()
