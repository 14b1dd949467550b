"""Authorities of others: what strict verification refuses is named, as OpenSSL itself judges."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.doctor.certificates import check_authority
from service.doctor.strict import faults_of_authority
from service.identity import PEM, new_key
from wire.ids import Wall

NOW = Wall(1_800_000_000.0)
KEY = new_key()
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "County CA")])
SIGNS = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
SEALS = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
Extension = tuple[x509.ExtensionType, bool]
BASIC: Extension = (x509.BasicConstraints(ca=True, path_length=None), True)
LOOSE: Extension = (x509.BasicConstraints(ca=True, path_length=None), False)
USAGE: Extension = (SIGNS, True)
WRONG: Extension = (SEALS, True)
OWN_ID: Extension = (x509.SubjectKeyIdentifier.from_public_key(KEY.public_key()), False)


def certificate(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, extensions: Sequence[Extension]
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(PEM)


def authority(folder: Path, *extensions: Extension) -> Path:
    path = folder / "county.ca.crt"
    path.write_bytes(certificate(NAME, KEY, extensions))
    return path


def openssl_takes(ca: Path) -> bool:
    """Whether strict verification takes a good leaf that this authority signed."""
    leaf, key = ca.with_name("leaf.crt"), new_key()
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(KEY.public_key())
    host = x509.SubjectAlternativeName([x509.DNSName("psap.example")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "psap.example")])
    leaf.write_bytes(certificate(name, key, [(issuer, False), (host, False)]))
    asked = ["openssl", "verify", "-x509_strict", "-CAfile", str(ca), str(leaf)]
    return subprocess.run(asked, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("extensions", "words"),
    [
        ([BASIC, USAGE, OWN_ID], None),
        ([BASIC, USAGE], "it has no subject key identifier"),
        ([LOOSE, USAGE, OWN_ID], "its basic constraints are not marked as critical"),
        ([BASIC, OWN_ID], "it does not say what its key is for (key usage)"),
        ([BASIC, WRONG, OWN_ID], "its key is not for signing certificates (key usage)"),
        ([USAGE, OWN_ID], "it does not say that it is an authority (basic constraints)"),
    ],
)
def test_an_authority_is_judged_as_openssl_does_and_its_fault_is_named(
    tmp_path: Path, extensions: list[Extension], words: str | None
) -> None:
    ca = authority(tmp_path, *extensions)
    assert openssl_takes(ca) == (words is None)
    assert faults_of_authority(ca) == ([f"CN=County CA: {words}"] if words else [])


def test_a_server_s_own_certificate_may_be_trusted_as_it_is(tmp_path: Path) -> None:
    host = x509.SubjectAlternativeName([x509.DNSName("psap.example")])
    assert faults_of_authority(authority(tmp_path, (host, False))) == []


def test_the_check_up_names_it(tmp_path: Path) -> None:
    found = check_authority(authority(tmp_path, BASIC, USAGE), NOW, "ask the receiver")
    assert [each.verdict for each in found] == ["good", "problem"]
    assert found[1].seen.endswith("it has no subject key identifier")
