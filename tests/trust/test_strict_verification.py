"""All that the school's authority signs is valid by RFC 5280, as OpenSSL and Python 3.13 judge."""

import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from cryptography import x509

from gateway.trust.ca.authority import new_authority, reissued
from gateway.trust.ca.key_folder import load_authority
from service.identity import (
    PEM,
    is_due,
    is_strict,
    key_as_pem,
    key_in,
    new_key,
    read_certificate,
    request_for,
)
from service.renewal import Identity, renew_if_due
from service.tls import client_tls
from simulator.process import end
from tests.service.brokers import new_authority as foreign_authority
from tests.trust.founded import School
from tests.trust.unstrict import as_founded_before, old_shape
from wire.ids import Wall

NOW = Wall(time.time())


def openssl_says(ca: Path, *words: object) -> str:
    """What `openssl verify` finds wrong; nothing if the certificate is good."""
    asked = ["openssl", "verify", "-x509_strict", "-CAfile", str(ca), *map(str, words)]
    done = subprocess.run(asked, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr


def shake_hands(ca: Path, server: Path) -> str:
    """How a client that trusts `ca` ends a handshake with `server`: its TLS version, or why not."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(server, server.with_suffix(".key"))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):  # a client that refuses says why itself
                tls.wrap_socket(line, server_side=True).close()

        threading.Thread(target=serve, daemon=True).start()
        with socket.create_connection(listening.getsockname()) as line:
            try:
                context = client_tls(ca, None, None)
                with context.wrap_socket(line, server_hostname="127.0.0.1") as shaken:
                    return shaken.version() or ""
            except ssl.SSLCertVerificationError as error:
                return error.verify_message


def test_every_certificate_of_a_founded_gateway_is_strict(lincoln: School) -> None:
    ca = lincoln.folder / "ca.crt"
    found = [path for path in lincoln.folder.rglob("*.crt") if path.name != "authority.crt"]
    assert len(found) >= 8
    assert [openssl_says(ca, path) for path in found] == [""] * len(found)


def test_a_unit_s_and_a_renewed_certificate_are_strict(tmp_path: Path) -> None:
    authority, key, ca = new_authority("lincoln", NOW), new_key(), tmp_path / "ca.crt"
    ca.write_bytes(authority.certificate.public_bytes(PEM))
    unit, renewed = tmp_path / "unit.crt", tmp_path / "renewed.crt"
    unit.write_bytes(authority.sign_client("lincoln-204", request_for(key), NOW))
    old = x509.load_pem_x509_certificate(unit.read_bytes())
    renewed.write_bytes(authority.renew(old, request_for(key), NOW))
    listed = tmp_path / "revoked.crl"
    listed.write_bytes(authority.revocations([7], NOW))
    for path in (unit, renewed):
        assert openssl_says(ca, "-purpose", "sslclient", path) == ""
        assert openssl_says(ca, "-crl_check", "-CRLfile", listed, path) == ""


def test_each_list_of_revocations_bears_a_higher_number_than_the_last() -> None:
    authority = new_authority("lincoln", NOW)
    first, then = (
        x509.load_pem_x509_crl(authority.revocations([], at))
        .extensions.get_extension_for_class(x509.CRLNumber)
        .value.crl_number
        for at in (NOW, Wall(NOW + 1))
    )
    assert first < then


def test_the_tests_own_certificates_are_strict(tmp_path: Path) -> None:
    foreign_authority().sign(tmp_path, "broker")
    assert openssl_says(tmp_path / "ca.crt", tmp_path / "broker.crt") == ""


def test_our_clients_verify_strictly_on_every_python(lincoln: School) -> None:
    ca, server = lincoln.folder / "ca.crt", lincoln.folder / "broker/broker.crt"
    assert shake_hands(ca, server) == "TLSv1.3"
    as_founded_before(lincoln, only="broker/broker.crt")
    assert "Missing Authority Key Identifier" in shake_hands(ca, server)


def test_a_school_founded_before_is_not_shut_out_by_an_upgrade(lincoln: School) -> None:
    as_founded_before(lincoln)
    ca, server = lincoln.folder / "ca.crt", lincoln.folder / "broker/broker.crt"
    assert openssl_says(ca, server) != ""
    assert shake_hands(ca, server) == "TLSv1.3"


def test_a_certificate_that_is_not_strict_is_due_at_once(lincoln: School) -> None:
    cert = lincoln.folder / "gateway/gateway.crt"
    assert not is_due(x509.load_pem_x509_certificate(cert.read_bytes()), NOW)
    as_founded_before(lincoln)
    assert is_due(x509.load_pem_x509_certificate(cert.read_bytes()), NOW)


def test_a_school_founded_before_is_carried_over_step_by_step(
    lincoln: School, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    lincoln.rooms("204")
    first = lincoln.start("ca")
    assert lincoln.join(lincoln.code("204"), unit).returncode == 0
    end(first)
    lincoln.log("ca").unlink()
    as_founded_before(lincoln)
    key = key_in(lincoln.folder / "authority/authority.key")
    for path in (unit / "ca.crt", unit / "unit.crt"):
        path.write_bytes(old_shape(read_certificate(path), key))
    done = lincoln.gateway("reissue-ca")
    assert (done.returncode, done.stderr) == (0, "")
    ca = lincoln.folder / "ca.crt"
    found = [path for path in lincoln.folder.rglob("*.crt") if path.parent.name != "units"]
    assert [openssl_says(ca, path) for path in found] == [""] * len(found)
    lincoln.start("ca")
    taken: list[str] = []
    ours = Identity(
        unit / "ca.crt", unit / "unit.crt", unit / "unit.key", lambda: taken.append("taken")
    )
    assert renew_if_due(lincoln.url, ours, NOW)
    assert (unit / "ca.crt").read_bytes() == ca.read_bytes()
    assert openssl_says(unit / "ca.crt", unit / "unit.crt") == ""
    assert not renew_if_due(lincoln.url, ours, NOW)
    assert "nothing was changed" in lincoln.gateway("reissue-ca").stdout


def test_an_authority_that_nears_its_end_gets_a_later_one_which_units_take(
    lincoln: School, tmp_path: Path
) -> None:
    unit, early = tmp_path / "unit", Wall(NOW - 26 * 365.25 * 86400)
    lincoln.rooms("204")
    before = reissued(load_authority(lincoln.folder / "authority"), early).certificate
    for path in ("authority/authority.crt", "ca.crt", "broker/ca.crt"):
        (lincoln.folder / path).write_bytes(before.public_bytes(PEM))
    first = lincoln.start("ca")
    assert lincoln.join(lincoln.code("204"), unit).returncode == 0
    end(first)
    lincoln.log("ca").unlink()
    done = lincoln.gateway("reissue-ca")
    assert (done.returncode, done.stderr) == (0, "")
    lincoln.start("ca")
    ours = Identity(unit / "ca.crt", unit / "unit.crt", unit / "unit.key", lambda: None)
    renew_if_due(lincoln.url, ours, NOW)
    assert read_certificate(unit / "ca.crt").not_valid_after_utc > before.not_valid_after_utc
    assert openssl_says(unit / "ca.crt", unit / "unit.crt") == ""
    assert "nothing was changed" in lincoln.gateway("reissue-ca").stdout


def test_the_authority_s_new_certificate_is_for_its_old_key_and_name(lincoln: School) -> None:
    as_founded_before(lincoln)
    old = load_authority(lincoln.folder / "authority")
    new = reissued(old, NOW)
    assert (is_strict(old.certificate), is_strict(new.certificate)) == (False, True)
    assert new.certificate.subject == old.certificate.subject
    assert key_as_pem(new.key) == key_as_pem(old.key)
