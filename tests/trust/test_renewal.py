"""Certificates renew themselves for the same key, without a restart and without a gap."""

import ssl
import time
from pathlib import Path

import pytest

from gateway.trust.ca.authority import Authority, new_authority
from gateway.trust.ca.key_folder import load_authority
from service.identity import LIFE, is_due, key_in, read_certificate, request_for
from service.renewal import AuthorityError, Identity, renew_if_due
from tests.trust.founded import School
from tests.waiting import until
from wire.ids import Wall

NOW = Wall(time.time())
OLD = Wall(NOW - LIFE * 0.7)


@pytest.fixture
def authority(lincoln: School) -> Authority:
    return load_authority(lincoln.folder / "authority")


def identity(lincoln: School, path: Path, taken: list[str]) -> Identity:
    cert = path.with_suffix(".crt")
    key = path.with_suffix(".key")
    return Identity(lincoln.folder / "ca.crt", cert, key, lambda: taken.append("taken"))


def age(authority: Authority, path: Path) -> None:
    """Put a certificate past two thirds of its life in the place of a new one."""
    old = authority.sign_client(path.stem, request_for(key_in(path.with_suffix(".key"))), OLD)
    path.with_suffix(".crt").write_bytes(old)


def test_what_is_due_is_renewed_and_taken_up(lincoln: School, authority: Authority) -> None:
    lincoln.start("ca")
    path, taken = lincoln.folder / "gateway/gateway", list[str]()
    ours = identity(lincoln, path, taken)
    assert not renew_if_due(lincoln.url, ours, NOW)
    age(authority, path)
    assert renew_if_due(lincoln.url, ours, NOW)
    assert not is_due(read_certificate(ours.cert), NOW)
    assert read_certificate(ours.cert).public_key() == key_in(ours.key).public_key()
    assert taken == ["taken"]


@pytest.mark.parametrize(("days", "is_renewed"), [(1, True), (89, True), (91, False)])
def test_one_that_ended_may_be_renewed_for_ninety_days(
    lincoln: School, authority: Authority, days: float, is_renewed: bool
) -> None:
    lincoln.start("ca")
    path, taken = lincoln.folder / "gateway/lincoln-204", list[str]()
    began = Wall(NOW - LIFE - days * 86_400)
    old = authority.sign_client(path.stem, request_for(key_in(path.with_suffix(".key"))), began)
    path.with_suffix(".crt").write_bytes(old)
    if is_renewed:
        assert renew_if_due(lincoln.url, identity(lincoln, path, taken), NOW)
        assert not is_due(read_certificate(path.with_suffix(".crt")), NOW)
    else:
        with pytest.raises(AuthorityError, match="has expired"):
            renew_if_due(lincoln.url, identity(lincoln, path, taken), NOW)


def test_one_of_another_authority_is_left_to_it(lincoln: School) -> None:
    path, taken = lincoln.folder / "gateway/gateway", list[str]()
    age(new_authority("springfield", NOW), path)
    assert not renew_if_due(lincoln.url, identity(lincoln, path, taken), NOW)
    assert taken == []


def test_a_revoked_one_is_not_renewed_and_keeps_what_it_has(
    lincoln: School, authority: Authority
) -> None:
    lincoln.start("ca")
    path = lincoln.folder / "gateway/lincoln-204"
    age(authority, path)
    (lincoln.folder / "revoked").write_text("lincoln-204\n")
    before = path.with_suffix(".crt").read_bytes()
    with pytest.raises(AuthorityError, match="is revoked and cannot join again"):
        renew_if_due(lincoln.url, identity(lincoln, path, []), NOW)
    assert path.with_suffix(".crt").read_bytes() == before


def test_running_broker_gateway_console_and_authority_renew_their_own(
    lincoln: School, authority: Authority
) -> None:
    for name in ("gateway/gateway", "gateway/canary-b"):
        age(authority, lincoln.folder / name)
    servers = (
        ("broker", "broker/broker"),
        ("authority", "authority/server"),
        ("console", "console/console"),
    )
    for name, path in servers:
        key = key_in(lincoln.folder / f"{path}.key")
        old = authority.sign_server(name, ["127.0.0.1"], request_for(key), OLD)
        (lincoln.folder / f"{path}.crt").write_bytes(old)
    lincoln.start("ca")
    lincoln.start("broker")
    lincoln.start("run")
    lincoln.start("console")
    paths = (
        "console/console",
        "gateway/gateway",
        "gateway/canary-b",
        "broker/broker",
        "authority/server",
    )
    files = [lincoln.folder / f"{path}.crt" for path in paths]
    until(lambda: not any(is_due(read_certificate(file), NOW) for file in files), within=15.0)
    log = lincoln.log("run")
    until(lambda: "broker: connected" in log.read_text(), within=15.0)
    assert "could not be renewed" not in log.read_text()
    console = lincoln.settings().console
    assert console
    address, now = ("127.0.0.1", console.port), files[0].read_text().split()
    until(lambda: ssl.get_server_certificate(address).split() == now)
