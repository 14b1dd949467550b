"""Makes and verifies seals, over `cryptography` (wire/seal.py says what is covered).

Costs 12 MB and 0.1 s to import: only for those who have a key (service/sealed.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from service.files import read_plain
from wire.seal import NO_SEAL, SIGNATURE_BYTES, Seal, covered, read_seal, write_seal

_ES256: Final = ECDSA(SHA256())
_HALF: Final = SIGNATURE_BYTES // 2


class Signer:
    """Seals with the key of one identity; for one thread."""

    def __init__(self, key: EllipticCurvePrivateKey) -> None:
        self._key = key
        self._last: tuple[str, bytes] | None = None
        self._seal = NO_SEAL

    def seal(self, topic: str, payload: bytes) -> Seal:
        """Return the seal; what goes to several gateways in turn is signed once."""
        if self._last != (topic, payload):
            r, s = decode_dss_signature(self._key.sign(covered(topic, payload), _ES256))
            signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
            self._last, self._seal = (topic, payload), write_seal(signature)
        return self._seal


class Verifier:
    """Says whether the holder of one key sealed a message."""

    def __init__(self, key: EllipticCurvePublicKey) -> None:
        self._key = key

    def verify(self, topic: str, payload: bytes, seal: Seal) -> bool:
        """True if it did; never raises."""
        signature = read_seal(seal)
        if signature is None:
            return False
        r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
        try:
            self._key.verify(encode_dss_signature(r, s), covered(topic, payload), _ES256)
        except InvalidSignature:
            return False
        return True


def read_signer(key: Path) -> Signer:
    """Read a private key in PEM; raises OSError, or ValueError for one that cannot seal."""
    try:
        found = load_pem_private_key(read_plain(key), password=None)
    except TypeError as error:  # it asks for a password
        raise ValueError(str(error)) from error
    if not isinstance(found, EllipticCurvePrivateKey) or not isinstance(found.curve, SECP256R1):
        raise ValueError(f"{key} is not a P-256 key")
    return Signer(found)


def read_verifier(certificate: Path) -> Verifier:
    """Read a certificate in PEM; raises OSError, or ValueError for one whose key cannot seal."""
    found = load_pem_x509_certificate(read_plain(certificate)).public_key()
    if not isinstance(found, EllipticCurvePublicKey) or not isinstance(found.curve, SECP256R1):
        raise ValueError(f"{certificate} does not hold a P-256 key")
    return Verifier(found)
