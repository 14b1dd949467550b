"""The cipher of DC-09, by `cryptography`; import it only where a key is agreed: it costs memory."""

from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_ZEROS: Final = bytes(16)


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
