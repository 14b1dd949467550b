"""An XML signature on CAP messages (enveloped, RSA-SHA256, exclusive canonical form), by signxml.

Import it only where a signing key is set: it brings lxml.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from gateway.formats.cap import CapWriter
from gateway.incident import Incident
from gateway.report import Picture, SilentCamera

_CANONICAL = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


class SigningWriter:
    """Writes what `writer` writes, signed by the RSA key at `key`; `cert` goes along.

    Raises OSError or ValueError if they cannot be used.
    """

    shows_pictures = False

    def __init__(self, writer: CapWriter, key: Path, cert: Path) -> None:
        self._writer = writer
        found = load_pem_private_key(key.read_bytes(), None)
        if not isinstance(found, RSAPrivateKey):
            raise ValueError(f"{key} holds no RSA key")
        self._key = found
        self._cert = cert.read_text(encoding="ascii")

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the message of `incident` as it stands, its signature last."""
        plain = self._writer.write(incident, version, pictures, silent)
        signer = XMLSigner(c14n_algorithm=_CANONICAL)
        signed = signer.sign(etree.fromstring(plain.encode()), key=self._key, cert=self._cert)
        return etree.tostring(signed, encoding="UTF-8", xml_declaration=True).decode()

    def forget(self, incident: Incident) -> None:
        """Let go of what was kept of an incident that is over."""
        self._writer.forget(incident)
