"""H5 to H8, H16 to H19, H29: what strangers, thieves and listeners can do."""

import re
import secrets
import socket
import ssl
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from gateway.trust.ca.authority import Authority, new_authority
from gateway.trust.ca.enrolment import EnrolmentError, issue_token
from gateway.trust.ca.key_folder import load_authority
from service.broker import Broker
from service.events import LinkUp
from service.identity import PEM, key_as_pem, name_on, new_key, request_for
from service.tls import client_tls
from tests.hostile.deployment import SITE, A, B, C, Deployment, press_of
from tests.hostile.intruder import connack, intruder
from tests.hostile.lines import listener, tap
from tests.service.brokers import linked
from tests.service.brokers import new_authority as foreign_authority
from tests.waiting import patience, until
from wire.codec import encode
from wire.ids import RoomId, UnitId, Wall
from wire.topics import alert_topic

# paho leaves the socket of a failed handshake to Python's reference counts, which close it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
NOW = Wall(1_790_000_000.0)


def shown(lincoln: Deployment, cert: Path | None, key: Path | None = None) -> ssl.SSLContext:
    return client_tls(
        lincoln.made.folder / "ca.crt", cert, key or (cert and cert.with_suffix(".key"))
    )


def test_h5_only_who_is_enrolled_is_let_in(lincoln: Deployment, tmp_path: Path) -> None:
    port, own = lincoln.made.broker_port, lincoln.folder / A
    assert connack(port, shown(lincoln, own / "unit.crt"))
    foreign_authority().sign(tmp_path, A)
    for name, tls in {
        "nobody": shown(lincoln, None),
        "of another authority": shown(lincoln, tmp_path / f"{A}.crt"),
        "ended": shown(lincoln, _ended(lincoln, tmp_path)),
        "a server": shown(lincoln, lincoln.made.folder / "broker/broker.crt"),
        "plain": None,
        "TLS 1.1": _old_tls(lincoln, own / "unit.crt"),
    }.items():
        assert not connack(port, tls), name


def test_h7_no_name_reaches_further_than_a_units_own() -> None:
    names = [
        "+",
        "#",
        "../",
        "a/b",
        "x" * 200,
        "lincoln-２04",
        "lіncoln",
        "gateway",
        "canary-a",
        "",
    ]
    for name in names:
        with pytest.raises(EnrolmentError):
            issue_token(UnitId(name), RoomId("204"), b"\0" * 32, NOW)
    key, asked = new_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(asked)
    request = builder.sign(key, hashes.SHA256()).public_bytes(PEM)
    signed = new_authority("lincoln", NOW).sign_client(A, request, NOW)
    assert name_on(x509.load_pem_x509_certificate(signed)) == A


def test_h7_the_broker_gives_a_name_with_wildcards_nothing(
    lincoln: Deployment, tmp_path: Path
) -> None:
    for name in ("+", "lincoln-#"):
        wild = _signed(lincoln, tmp_path, name)
        with intruder(wild) as thief:
            thief.wait_for("connected", 2.0)
            thief.client.subscribe(f"tocsin/v1/{SITE}/down/+/#", 1)
            thief.publish(alert_topic(SITE, B), encode(forged := press_of(B)))
            assert lincoln.press(B)["verified"]
        assert thief.heard == []
        assert forged.alert not in lincoln.alerts()


@pytest.mark.parametrize("rogue", ["another authority", "another name", "a unit"])
def test_h8_a_rogue_broker_is_told_nothing(lincoln: Deployment, tmp_path: Path, rogue: str) -> None:
    own = lincoln.folder / A
    if rogue == "another authority":
        foreign_authority().sign(tmp_path, "broker")
        cert = tmp_path / "broker.crt"
    elif rogue == "another name":
        authority = _authority(lincoln)
        cert = tmp_path / "broker.crt"
        key = new_key()
        cert.write_bytes(authority.sign_server("broker", ["10.99.0.1"], request_for(key), NOW))
        cert.with_suffix(".key").write_bytes(key_as_pem(key))
    else:
        cert = own / "unit.crt"
    with listener(cert) as (port, told):
        identity = lincoln.identity(A).model_copy(update={"url": f"mqtts://127.0.0.1:{port}"})
        with linked(identity, A) as (link, _):
            until(lambda: told[0] >= 1, 10)
            assert not link.up
    assert told[1] == 0


def test_h16_idle_connections_keep_no_unit_out(lincoln: Deployment) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(("127.0.0.1", lincoln.made.broker_port)))
        began = time.monotonic()
        with linked(lincoln.identity(B), B) as (_, heard):
            heard.next(LinkUp)
        assert time.monotonic() - began < patience(2.0)


def test_h17_a_unit_that_is_silenced_is_told_of_within_30_s(lincoln: Deployment) -> None:
    """Neither A nor B beats here: what is heard of neither is lost, whatever jams it."""
    until(lambda: re.search(rf"trouble units-lost: .*{A}", lincoln.log()), 30)


def test_h18_a_stolen_unit_holds_its_own_key_and_no_other_secret(lincoln: Deployment) -> None:
    found = {path.name: path.read_text() for path in (lincoln.folder / A).iterdir()}
    assert {name for name, text in found.items() if "PRIVATE KEY" in text} == {"unit.key"}
    assert sum(text.count("PRIVATE KEY-----\n") for text in found.values()) == 2
    secret = (lincoln.made.folder / "secret").read_text().strip()
    assert not any(secret in text or "password" in text for text in found.values())


def test_h19_who_listens_in_reads_no_room_and_no_name(lincoln: Deployment) -> None:
    with tap(lincoln.made.broker_port) as (port, seen):
        identity = lincoln.identity(B).model_copy(update={"url": f"mqtts://127.0.0.1:{port}"})
        alert = press_of(B)
        with linked(identity, B) as (link, heard):
            heard.next(LinkUp)
            assert link.publish(alert_topic(SITE, B), encode(alert))
            until(lambda: lincoln.told(alert.alert))
    taken = bytes(seen)
    assert len(taken) > 1000
    for word in (B, "205", SITE, alert.alert, "tocsin/v1", "panic"):
        # Three digits may come by chance in so much noise; whatever tells more may not.
        assert len(word) < 4 or word.encode() not in taken


def test_h29_what_is_tampered_with_is_refused_and_the_last_good_stays(lincoln: Deployment) -> None:
    revoked, settings = lincoln.made.folder / "revoked", lincoln.made.config
    before = revoked.read_text(), settings.read_text()
    revoked.write_text("user x\ntopic readwrite #\n")
    settings.write_text(before[1].replace("[site]", "[site]\nspy = true"))
    lincoln.gateway.send_signal(1)
    until(lambda: "the last good settings stay in force" in lincoln.log())
    until(lambda: "broker files refused, the old ones stay in use" in lincoln.log("broker"), 10)
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        thief.publish(alert_topic(SITE, B), encode(forged := press_of(B)))
        assert lincoln.press(B)
    assert forged.alert not in lincoln.alerts()
    revoked.write_text(before[0])
    settings.write_text(before[1])
    lincoln.gateway.send_signal(1)
    until(lambda: "trouble settings is over" in lincoln.log())


def test_h6_a_revoked_unit_is_silenced_within_5_s_though_it_is_connected(
    lincoln: Deployment,
) -> None:
    lincoln.join(C)
    access = lincoln.made.folder / "broker/access.acl"
    with intruder(lincoln.identity(C)) as thief:
        assert thief.wait_for("connected")
        thief.publish(alert_topic(SITE, C), encode(early := press_of(C)))
        until(lambda: lincoln.told(early.alert))
        began = time.monotonic()
        assert lincoln.made.gateway("revoke", C).returncode == 0
        until(lambda: f"user {C}\n" in access.read_text())
        assert lincoln.press(B)["verified"]
        thief.publish(alert_topic(SITE, C), encode(late := press_of(C)))
        assert time.monotonic() - began < patience(5.0)
        assert lincoln.press(B)["verified"]
        assert late.alert not in lincoln.alerts()
        assert thief.wait_for("disconnected", 60.0)
    own = shown(lincoln, lincoln.folder / C / "unit.crt")
    until(lambda: not connack(lincoln.made.broker_port, own), 10)


def _authority(lincoln: Deployment) -> Authority:
    return load_authority(lincoln.made.folder / "authority")


def _signed(lincoln: Deployment, folder: Path, name: str, now: float | None = None) -> Broker:
    """An identity that the school's own authority signed, though it never should have."""
    key, cert = new_key(), folder / f"{secrets.token_hex(4)}.crt"
    at = Wall(time.time() if now is None else now)
    cert.write_bytes(_authority(lincoln).sign_client(name, request_for(key), at))
    cert.with_suffix(".key").write_bytes(key_as_pem(key))
    return Broker(
        url=f"mqtts://127.0.0.1:{lincoln.made.broker_port}",
        ca=lincoln.made.folder / "ca.crt",
        cert=cert,
        key=cert.with_suffix(".key"),
    )


def _ended(lincoln: Deployment, folder: Path) -> Path:
    cert = _signed(lincoln, folder, A, time.time() - 4 * 365 * 86400).cert
    assert cert
    return cert


def _old_tls(lincoln: Deployment, cert: Path) -> ssl.SSLContext:
    tls = shown(lincoln, cert)
    tls.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        tls.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        tls.maximum_version = ssl.TLSVersion.TLSv1_1
    return tls
