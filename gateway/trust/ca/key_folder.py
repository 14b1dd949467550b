"""The folder in which the authority keeps its key, and how it is read again."""

from pathlib import Path
from typing import Final

from gateway.trust.ca.authority import Authority
from service.identity import key_in, read_certificate

AUTHORITY_KEY: Final = "authority.key"
AUTHORITY_CERTIFICATE: Final = "authority.crt"
SERVER_KEY: Final = "server.key"
SERVER_CERTIFICATE: Final = "server.crt"
LEDGER: Final = "ledger.db"
PUBLISHED_LIST: Final = "revoked.crl"


def load_authority(folder: Path) -> Authority:
    """Return the authority whose key and certificate lie in `folder`; OSError or ValueError."""
    certificate = read_certificate(folder / AUTHORITY_CERTIFICATE)
    if not (folder / AUTHORITY_KEY).exists():
        raise FileNotFoundError(f"authority key not found: {folder / AUTHORITY_KEY}")
    return Authority(key_in(folder / AUTHORITY_KEY), certificate)
