"""When a certificate ends."""

from datetime import UTC
from pathlib import Path

from service.files import read_plain
from wire.ids import Wall


def end_of(file: Path) -> Wall:
    """Return when the certificate in this PEM file ends; raises OSError or ValueError."""
    # 12 MB that a process without TLS does not need.
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    ends = load_pem_x509_certificate(read_plain(file)).not_valid_after_utc
    return Wall(ends.replace(tzinfo=UTC).timestamp())
