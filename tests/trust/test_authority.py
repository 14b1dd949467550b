"""The authority: what it signs works for what it was signed for, and for nothing else."""

import ssl
import time
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.trust.ca.authority import RENEWAL_GRACE, NotOursError, new_authority
from service.identity import LIFE, PEM, is_due, name_on, new_key, request_for
from wire.ids import Wall

NOW = Wall(time.time())
DAY = 86400


def read(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def uses(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_a_certificate_is_valid_for_a_pi_that_woke_in_the_past() -> None:
    signed = read(
        new_authority("lincoln", NOW).sign_client("lincoln-204", request_for(new_key()), NOW)
    )
    assert signed.not_valid_before_utc == datetime(1970, 1, 1, tzinfo=UTC)
    assert name_on(signed) == "lincoln-204"


def test_who_connects_cannot_listen_and_who_listens_cannot_connect() -> None:
    authority = new_authority("lincoln", NOW)
    client = read(authority.sign_client("lincoln-204", request_for(new_key()), NOW))
    server = read(authority.sign_server("broker", ["10.0.0.1", "gw"], request_for(new_key()), NOW))
    assert uses(client) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert uses(server) == [ExtendedKeyUsageOID.SERVER_AUTH]


@pytest.mark.parametrize("request_", [b"", b"rubbish", b"-----BEGIN CERTIFICATE REQUEST-----\n"])
def test_rubbish_is_not_signed(request_: bytes) -> None:
    with pytest.raises(NotOursError, match="cannot be read"):
        new_authority("lincoln", NOW).sign_client("lincoln-204", request_, NOW)


def test_a_key_of_another_kind_is_not_signed() -> None:
    key = rsa.generate_private_key(65537, 2048)
    draft = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    request = draft.sign(key, hashes.SHA256()).public_bytes(PEM)
    with pytest.raises(NotOursError, match="P-256"):
        new_authority("lincoln", NOW).sign_client("lincoln-204", request, NOW)


def test_a_renewed_certificate_is_the_same_but_for_its_end_and_number() -> None:
    authority, key = new_authority("lincoln", NOW), new_key()
    old = read(authority.sign_server("broker", ["10.0.0.1", "gw"], request_for(key), NOW))
    later = Wall(NOW + 700 * DAY)
    new = read(authority.renew(old, request_for(key), later))
    assert new.not_valid_after_utc > old.not_valid_after_utc
    assert new.serial_number != old.serial_number
    assert (name_on(new), uses(new)) == ("broker", uses(old))
    names = x509.SubjectAlternativeName
    assert new.extensions.get_extension_for_class(names) == old.extensions.get_extension_for_class(
        names
    )


def test_nothing_is_renewed_for_another_key_another_authority_or_long_after_the_end() -> None:
    authority, key = new_authority("lincoln", NOW), new_key()
    ours = read(authority.sign_client("lincoln-204", request_for(key), NOW))
    with pytest.raises(NotOursError, match="another key"):
        authority.renew(ours, request_for(new_key()), NOW)
    late = Wall(NOW + LIFE + RENEWAL_GRACE + DAY)
    with pytest.raises(NotOursError, match="has expired"):
        authority.renew(ours, request_for(key), late)
    with pytest.raises(NotOursError, match="another authority"):
        new_authority("lincoln", NOW).renew(ours, request_for(key), NOW)


def test_renewal_is_due_from_two_thirds_of_a_life_on() -> None:
    signed = read(new_authority("lincoln", NOW).sign_client("a-unit", request_for(new_key()), NOW))
    assert not is_due(signed, Wall(NOW + LIFE * 0.66))
    assert is_due(signed, Wall(NOW + LIFE * 0.67))


def test_the_list_of_revocations_does_not_end_while_the_school_has_it() -> None:
    authority = new_authority("lincoln", NOW)
    found = x509.load_pem_x509_crl(authority.revocations([7, 9, 7], NOW))
    assert found.next_update_utc is not None
    assert found.next_update_utc.timestamp() - NOW > 19 * 365 * DAY
    assert [each.serial_number for each in found] == [7, 9]


def test_what_is_signed_suits_openssl() -> None:
    authority = new_authority("lincoln", NOW)
    context = ssl.create_default_context(cadata=authority.certificate.public_bytes(PEM).decode())
    assert context.cert_store_stats()["x509_ca"] == 1


@pytest.mark.alone
def test_a_list_of_four_times_as_many_revocations_takes_four_times_as_long() -> None:
    authority = new_authority("lincoln", NOW)

    def cost(count: int) -> float:
        serials = [x509.random_serial_number() for _ in range(count)]
        began = time.process_time()
        authority.revocations(serials, NOW)
        return time.process_time() - began

    assert min(cost(8000) for _ in range(3)) < 8 * min(cost(2000) for _ in range(3))
