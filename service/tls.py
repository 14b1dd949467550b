"""The client's side of TLS, the same for every outgoing connection."""

import ssl
from pathlib import Path

from certifi import where

from service.files import must_be_plain
from service.strict_tls import verify_strictly


def client_tls(ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """Return the client's side of TLS 1.2 or later; raises OSError for files that do not fit.

    `ca` None trusts the public authorities; `cert` and `key` go together, None shows nobody.
    """
    for file in (ca, cert, key):
        if file:
            must_be_plain(file)
    context = ssl.create_default_context(cafile=str(ca) if ca else where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    verify_strictly(context)
    if cert:
        # An empty password: a key that asks for one is a fault to be told, not a prompt.
        context.load_cert_chain(cert, key, password="")
    return context
