"""The EIDO listener: its address, our certificate, and whose certificates are accepted."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from gateway.receivers.eido.process_protocol import Certificates
from service.memory_file import in_memory


@dataclass(frozen=True, slots=True)
class ListenerConfig:
    """Where to listen, and who may connect: agencies that show a certificate of the authority that
    we trust, with one of the names in `agencies`.
    """

    host: str
    port: int
    path: str
    agencies: frozenset[str]


class CertificateFiles(NamedTuple):
    """Where the texts of Certificates lie; the gateway alone reads them."""

    ca: Path
    cert: Path
    key: Path

    def read(self) -> Certificates:
        """Return the texts; raises OSError and ValueError."""
        return Certificates(*(each.read_text(encoding="utf-8") for each in self))


def server_tls(certificates: Certificates) -> ssl.SSLContext:
    """Return the server's side of mutual TLS; raises OSError for texts that do not fit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    load(certificates, context)
    return context


def load(certificates: Certificates, context: ssl.SSLContext) -> None:
    """Have `context` show our certificate, and trust; authorities of before stay trusted."""
    with in_memory(certificates.cert) as cert, in_memory(certificates.key) as key:
        context.load_cert_chain(cert, key, password="")
    with in_memory(certificates.ca) as ca:
        context.load_verify_locations(ca)


def names_of(tls: ssl.SSLObject) -> frozenset[str]:
    """Return the names on the certificate that a peer has shown and TLS has verified."""
    shown: Any = tls.getpeercert() or {}
    subject = (v for part in shown.get("subject", ()) for kind, v in part if kind == "commonName")
    others = (value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS")
    return frozenset(name.lower() for name in (*subject, *others))
