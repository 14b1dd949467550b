"""The broker's files: nothing that it would misread ever lies where it reads."""

import time
from pathlib import Path

import pytest

from gateway.trust.broker.acl import access_list, fault_of
from gateway.trust.broker.files import ACCESS, CERTIFICATE, REVOCATIONS, BrokerFileError, swap_in
from gateway.trust.ca.authority import Authority, new_authority
from service.identity import PEM, key_as_pem, new_key, request_for
from wire.ids import SiteId, UnitId, Wall

NOW = Wall(time.time())
GOOD = access_list(SiteId("lincoln"), [UnitId("lincoln-204")])


class Reloads:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = new_authority("lincoln", NOW)
    (tmp_path / "ca.crt").write_bytes(made.certificate.public_bytes(PEM))
    return made


def test_a_revoked_unit_is_denied_before_the_patterns_let_it_in() -> None:
    lines = GOOD.splitlines()
    at = lines.index("user lincoln-204")
    assert lines[at + 1] == "topic deny #"
    assert all(line.startswith("pattern") for line in lines[at + 2 :])


def test_our_own_list_is_good() -> None:
    assert fault_of(GOOD) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "topic readwrite #\n",
        "topic read tocsin/v1/lincoln/up/#\n" + GOOD,
        GOOD + "topic readwrite #\n",
        GOOD + "user\n",
        GOOD.replace("user gateway\n", ""),
        GOOD[:-3],
        GOOD + "\0",
    ],
)
def test_a_list_that_opens_the_broker_or_shuts_it_is_seen(text: str) -> None:
    assert fault_of(text)


def test_files_are_swapped_and_reloaded_once_and_only_if_they_differ(
    tmp_path: Path, authority: Authority
) -> None:
    files = {ACCESS: GOOD.encode(), REVOCATIONS: authority.revocations([5], NOW)}
    reloads = Reloads()
    assert swap_in(tmp_path, files, NOW, reloads)
    assert not swap_in(tmp_path, files, NOW, reloads)
    assert reloads.count == 1
    assert (tmp_path / ACCESS).stat().st_mode & 0o777 == 0o600


def test_one_bad_file_changes_nothing_at_all(tmp_path: Path, authority: Authority) -> None:
    good = {ACCESS: GOOD.encode(), REVOCATIONS: authority.revocations([], NOW)}
    reloads = Reloads()
    swap_in(tmp_path, good, NOW, reloads)
    stranger = new_authority("lincoln", NOW)
    for bad in (b"", b"rubbish", good[REVOCATIONS][:-40], stranger.revocations([], NOW)):
        with pytest.raises(BrokerFileError, match=REVOCATIONS):
            swap_in(tmp_path, {ACCESS: b"user gateway\n", REVOCATIONS: bad}, NOW, reloads)
    assert {name: (tmp_path / name).read_bytes() for name in good} == good
    assert reloads.count == 1


def test_a_list_of_revocations_that_would_soon_end_is_refused(
    tmp_path: Path, authority: Authority
) -> None:
    old = authority.revocations([], Wall(NOW - 19.5 * 365 * 86400))
    with pytest.raises(BrokerFileError, match="lock out every unit"):
        swap_in(tmp_path, {REVOCATIONS: old}, NOW, Reloads())


def test_a_certificate_of_another_key_is_refused(tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "broker.key").write_bytes(key_as_pem(new_key()))
    other = authority.sign_server("broker", ["gw"], request_for(new_key()), NOW)
    with pytest.raises(BrokerFileError, match="belong"):
        swap_in(tmp_path, {CERTIFICATE: other}, NOW, Reloads())
