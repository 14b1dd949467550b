"""The EIDO listener: its address, our certificate, and whose certificates are accepted."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ListenerConfig:
    """Where to listen, who we are (`cert`, `key`), and who may connect: agencies that show a
    certificate of the authority in `ca` with one of the names in `agencies`.
    """

    host: str
    port: int
    path: str
    ca: Path
    cert: Path
    key: Path
    agencies: frozenset[str]

    def tls(self) -> ssl.SSLContext:
        """Return the server's side of mutual TLS; raises OSError for files that do not fit."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        self.fill(context)
        return context

    def fill(self, context: ssl.SSLContext) -> None:
        """Load our certificate, and whom we trust; authorities of before stay trusted."""
        context.load_cert_chain(self.cert, self.key, password="")
        context.load_verify_locations(self.ca)


def names_of(tls: ssl.SSLObject) -> frozenset[str]:
    """Return the names on the certificate that a peer has shown and TLS has verified."""
    shown: Any = tls.getpeercert() or {}
    subject = (v for part in shown.get("subject", ()) for kind, v in part if kind == "commonName")
    others = (value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS")
    return frozenset(name.lower() for name in (*subject, *others))
