"""The cipher of DC-09, by `cryptography`; import it only where a key is agreed: it costs memory."""

from typing import Final, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SIZES: Final = (16, 24, 32)
_ZEROS: Final = bytes(16)


def read_key(text: str, form: Literal["hex", "text"]) -> bytes:
    """Return the key that `text` writes; raises ValueError, which does not repeat it."""
    try:
        key = bytes.fromhex(text) if form == "hex" else text.encode("ascii")
    except ValueError:
        raise ValueError(f"the key is not written as {form}") from None
    if len(key) not in SIZES:
        raise ValueError(f"the key has {len(key)} bytes; AES takes 16, 24 or 32")
    return key


class Aes:
    """AES-CBC with the initial vector of zeros that DC-09 asks for."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(_ZEROS))

    def encrypt(self, clear: bytes) -> bytes:
        """Return the ciphertext of whole blocks."""
        made = self._cipher.encryptor()
        return made.update(clear) + made.finalize()

    def decrypt(self, sealed: bytes) -> bytes:
        """Return the clear text of whole blocks."""
        made = self._cipher.decryptor()
        return made.update(sealed) + made.finalize()
