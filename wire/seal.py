"""The seal: proves who sent a message, whatever a broker says.  What it covers and its encoding.

ES256 (RFC 7518, 3.4: ECDSA on P-256 with SHA-256, r and s of 32 bytes each) by the sender's
identity key over topic, a zero byte, and payload; base64, in the MQTT 5 user property `seal`. A
topic cannot hold a zero byte (MQTT 5, 1.5.4), so no other topic and payload have the same bytes.
"""

import binascii
from typing import Final, NewType, Protocol

Seal = NewType("Seal", str)
"""As it stands on the wire; `NO_SEAL` where there is none."""

NO_SEAL: Final = Seal("")
USER_PROPERTY: Final = "seal"
SIGNATURE_BYTES: Final = 64
# base64 of 64 bytes: anything longer is refused before it is read.
_LENGTH: Final = 88


class Verifier(Protocol):
    """Says whether a message is from whom it should be."""

    def verify(self, topic: str, payload: bytes, seal: Seal) -> bool:
        """True if it is; never raises."""


class Unsealed:
    """For links that never leave this machine, where nobody has a key: takes everything."""

    def verify(self, _topic: str, _payload: bytes, _seal: Seal) -> bool:
        """True."""
        return True


UNSEALED: Final = Unsealed()


def covered(topic: str, payload: bytes) -> bytes:
    """Return the bytes that are signed."""
    return topic.encode("utf-8", "surrogatepass") + b"\0" + payload


def write_seal(signature: bytes) -> Seal:
    """Return the seal that carries a signature of 64 bytes."""
    return Seal(binascii.b2a_base64(signature, newline=False).decode("ascii"))


def read_seal(seal: Seal) -> bytes | None:
    """Return the signature that a seal carries; None for anything that is no seal."""
    if len(seal) != _LENGTH:
        return None
    try:
        signature = binascii.a2b_base64(seal, strict_mode=True)
    except ValueError:
        return None
    return signature if len(signature) == SIGNATURE_BYTES else None
