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

from gateway.core.events import HealthStatus
from gateway.core.formats.cap import CapWriter
from gateway.core.formats.report import Picture, SilentCamera
from gateway.core.incidents.incident import Incident
from gateway.receivers.reloading import FileReloader
from service.files import read_plain
from service.keypair import must_be_pair
from wire.ids import EndpointName

_CANONICAL = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


class SigningWriter:
    """Writes what `writer` writes to `endpoint`, signed by the RSA key at `key`; `cert` goes along.

    While no key could be used since the start, nothing is written: CredentialsError is raised.
    """

    shows_pictures = False

    def __init__(self, endpoint: EndpointName, writer: CapWriter, key: Path, cert: Path) -> None:
        self._writer = writer
        self._key_file = key
        self._cert_file = cert
        self._files = FileReloader(endpoint, [key, cert], self._read)

    def check(self) -> HealthStatus:
        """Take up files that have changed; what cannot be used leaves all as it was."""
        return self._files.check()

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the message of `incident` as it stands, its signature last; raises as above."""
        self._files.must_be_usable()
        plain = self._writer.write(incident, version, pictures, silent)
        signer = XMLSigner(c14n_algorithm=_CANONICAL)
        signed = signer.sign(etree.fromstring(plain.encode()), key=self._key, cert=self._cert)
        return etree.tostring(signed, encoding="UTF-8", xml_declaration=True).decode()

    def forget(self, incident: Incident) -> None:
        """Discard what was kept of an incident that is over."""
        self._writer.forget(incident)

    def _read(self) -> None:
        must_be_pair(self._cert_file, self._key_file)
        found = load_pem_private_key(read_plain(self._key_file), None)
        if not isinstance(found, RSAPrivateKey):
            raise ValueError(f"{self._key_file.name} does not hold an RSA key")
        self._cert = self._cert_file.read_text(encoding="ascii")
        self._key = found
