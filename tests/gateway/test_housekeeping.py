"""What wears out while nothing happens is told in time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.app.housekeeping import conditions, units_ending
from gateway.core.events import HealthStatus
from service.clock import believable, kernel_is_synchronised
from wire.gateway_troubles import CERTIFICATE
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
    [(31, None), (29.5, "expires in 29 days"), (6.5, "expires in 6 days"), (-0.5, "has expired")],
)
def test_a_certificate_near_its_end_is_a_trouble(
    tmp_path: Path, days: float, words: str | None
) -> None:
    file = certificate(tmp_path, days)
    _, found = conditions([file], NOW, synchronised=True)
    detail = None if words is None else f"{file} {words}"
    assert found == HealthStatus(CERTIFICATE.name(str(file)), detail)


def test_a_certificate_that_cannot_be_read_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "gateway.crt").write_bytes(b"rubbish")
    _, found = conditions([tmp_path / "gateway.crt"], NOW, synchronised=True)
    assert "cannot be read" in str(found.detail)


def test_two_certificates_of_one_file_name_are_two_troubles(tmp_path: Path) -> None:
    files = [tmp_path / "a/gateway.crt", tmp_path / "b/gateway.crt"]
    assert len({each.name for each in conditions(files, NOW, synchronised=True)[1:]}) == 2


def test_units_whose_certificates_end_soon_or_have_ended_are_named(tmp_path: Path) -> None:
    for unit, days in (("lincoln-204", 29.0), ("lincoln-205", -1.0), ("lincoln-206", 400.0)):
        certificate(tmp_path, days).rename(tmp_path / f"{unit}.crt")
    told = units_ending(tmp_path, NOW)
    assert told.name == "unit-certificates-ending"
    assert str(told.detail).endswith(": lincoln-204, lincoln-205")
    (tmp_path / "lincoln-204.crt").unlink()
    (tmp_path / "lincoln-205.crt").unlink()
    assert units_ending(tmp_path, NOW).detail is None


def test_a_clock_that_nobody_set_is_a_trouble() -> None:
    assert conditions([], NOW, synchronised=False)[0].detail is not None
    assert conditions([], NOW, synchronised=True)[0].detail is None


def test_a_clock_in_1970_is_believed_by_nobody() -> None:
    assert not believable(Wall(0.0), synchronised=True)
    assert kernel_is_synchronised() in (True, False)
