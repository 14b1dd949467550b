"""What wears out while nothing happens is told in time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.upkeep import conditions
from gateway.work import Condition
from service.clock import believable, kernel_is_synchronised
from wire.ids import Wall

NOW = Wall(1_790_000_000.0)


def certificate(folder: Path, days: float) -> Path:
    """A certificate that ends so many days after NOW."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    ends = datetime.fromtimestamp(NOW, UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    file = folder / "gateway.crt"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("days", "words"),
    [(31, None), (29.5, "ends in 29 days"), (6.5, "ends in 6 days"), (-0.5, "has ended")],
)
def test_a_certificate_near_its_end_is_a_trouble(
    tmp_path: Path, days: float, words: str | None
) -> None:
    file = certificate(tmp_path, days)
    _, found = conditions([file], NOW, synchronised=True)
    detail = None if words is None else f"{file} {words}"
    assert found == Condition("certificate-gateway.crt", detail)


def test_a_certificate_that_cannot_be_read_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "gateway.crt").write_bytes(b"rubbish")
    _, found = conditions([tmp_path / "gateway.crt"], NOW, synchronised=True)
    assert "cannot be read" in str(found.detail)


def test_a_clock_that_nobody_set_is_a_trouble() -> None:
    assert conditions([], NOW, synchronised=False)[0].detail is not None
    assert conditions([], NOW, synchronised=True)[0].detail is None


def test_a_clock_in_1970_is_believed_by_nobody() -> None:
    assert not believable(Wall(0.0), synchronised=True)
    assert kernel_is_synchronised() in (True, False)
