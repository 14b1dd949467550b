"""Seals: wire/vectors/seals says which are valid; other implementations test against it, too."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from service.seal import Signer, Verifier
from service.sealed import seals_by, signer_with
from tests.service.brokers import new_authority
from wire.seal import UNSEALED, Seal, read_seal

CASES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path("wire/vectors/seals").iterdir())
}
KEY = generate_private_key(SECP256R1())
SIGNER, VERIFIER = Signer(KEY), Verifier(KEY.public_key())


def verifier(key: dict[str, str]) -> Verifier:
    """The key of a case, a JWK (RFC 7517)."""
    x, y = (int.from_bytes(base64.urlsafe_b64decode(key[part] + "=")) for part in ("x", "y"))
    return Verifier(EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key())


@pytest.mark.parametrize("name", CASES)
def test_a_seal_fits_exactly_what_its_sender_said(name: str) -> None:
    case = CASES[name]
    payload = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()
    fits = verifier(case["key"]).verify(case["topic"], payload, Seal(case["seal"]))
    assert fits is case["fits"]
    assert case["fits"] is not name.startswith("bad-")


@given(st.text(), st.binary(max_size=200))
def test_whatever_is_sealed_fits_and_nothing_beside_it(topic: str, payload: bytes) -> None:
    seal = SIGNER.seal(topic, payload)
    assert VERIFIER.verify(topic, payload, seal)
    assert not VERIFIER.verify(topic, payload + b"x", seal)
    assert not VERIFIER.verify(topic + "x", payload, seal)


@given(st.text(max_size=100) | st.binary(min_size=64, max_size=64).map(base64.b64encode))
def test_any_text_may_come_as_a_seal(text: str | bytes) -> None:
    seal = Seal(text if isinstance(text, str) else text.decode())
    assert not VERIFIER.verify("topic", b"payload", seal)


def test_what_goes_to_two_gateways_is_signed_once() -> None:
    assert SIGNER.seal("a", b"1") is SIGNER.seal("a", b"1")
    assert SIGNER.seal("a", b"2") != SIGNER.seal("a", b"1")


def test_keys_and_certificates_come_from_files(tmp_path: Path) -> None:
    authority = new_authority()
    authority.sign(tmp_path, "unit")
    seal = signer_with(tmp_path / "unit.key").seal("a", b"1")
    assert seals_by(tmp_path / "unit.crt").verify("a", b"1", seal)
    assert not seals_by(tmp_path / "ca.crt").verify("a", b"1", seal)
    assert read_seal(seal) is not None


def test_without_a_certificate_everything_is_taken() -> None:
    assert seals_by(None) is UNSEALED
    assert UNSEALED.verify("a", b"1", Seal(""))


@pytest.mark.parametrize("spoilt", ["", "-----BEGIN PRIVATE KEY-----", "curve", "password"])
def test_a_key_that_cannot_seal_is_told_as_such(tmp_path: Path, spoilt: str) -> None:
    key = generate_private_key(SECP384R1() if spoilt == "curve" else SECP256R1())
    lock = BestAvailableEncryption(b"x") if spoilt == "password" else NoEncryption()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    path = tmp_path / "unit.key"
    path.write_bytes(text if spoilt in ("curve", "password") else spoilt.encode())
    with pytest.raises(OSError, match="cannot be used to sign"):
        signer_with(path)
    with pytest.raises(OSError, match="cannot be used"):
        seals_by(path)
