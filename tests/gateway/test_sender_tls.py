"""An endpoint that cannot prove who it is gets not a byte of a report, and may ask who we are."""

import ssl
from pathlib import Path

import pytest

from gateway.core.events import SendFailed
from gateway.receivers.http.credentials import Credentials
from tests.gateway.endpoint import SECRET, Endpoint
from tests.gateway.sending import BODY, Book, Sending, signing
from tests.service.brokers import Authority, new_authority
from tests.waiting import patience
from wire.ids import EndpointName

# More than the kernel takes of it at once.
LARGE = BODY.replace("{", f'{{"summary":"{"a" * 4_000_000}",', 1)


@pytest.fixture(scope="module")
def county() -> Authority:
    return new_authority()


def secure(
    folder: Path, authority: Authority, ends: int = 2099, asks: bool = False, begins: int = 1970
) -> Endpoint:
    """An endpoint whose certificate `authority` signed for 127.0.0.1, and which `asks` for ours."""
    authority.sign(folder, "psap", ends, begins)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "psap.crt", folder / "psap.key")
    if asks:
        context.load_verify_locations(folder / "ca.crt")
        context.verify_mode = ssl.CERT_REQUIRED
    endpoint = Endpoint()
    endpoint.socket = context.wrap_socket(
        endpoint.socket, server_side=True, do_handshake_on_connect=False
    )
    endpoint.url = endpoint.url.replace("http:", "https:")
    return endpoint


def credentials_of(folder: Path, authority: Authority, name: str = "gateway") -> Credentials:
    """A certificate of `authority`; trusts the authority of `folder`'s ca.crt."""
    authority.sign(folder / name, name)
    (folder / "secret").write_text(SECRET)
    files = ("ca.crt", f"{name}/{name}.crt", f"{name}/{name}.key", "secret")
    return Credentials(EndpointName("county-911"), *(folder / file for file in files))


def test_an_endpoint_of_the_agreed_authority_gets_the_report(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county) as endpoint:
        sending = Sending(endpoint.url, credentials=signing(tmp_path / "ca.crt"))
        sending.launch()
        assert sending.outcome().status == 200


def test_a_large_report_arrives_whole_on_a_connection_that_stands(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county) as endpoint:
        sending = Sending(endpoint.url, credentials=signing(tmp_path / "ca.crt"))
        for version in (1, 2):
            sending.launch(version, deadline=patience(20), body=LARGE)
            assert sending.outcome().status == 200
        assert [len(each) for each in endpoint.bodies] == [len(LARGE)] * 2


def test_an_endpoint_of_another_authority_gets_nothing(tmp_path: Path, county: Authority) -> None:
    new_authority().sign(tmp_path / "other", "psap")
    with secure(tmp_path, county) as endpoint:
        refused(Sending(endpoint.url, credentials=signing(tmp_path / "other" / "ca.crt")), endpoint)
        refused(Sending(endpoint.url), endpoint)


def test_an_endpoint_whose_certificate_has_ended_gets_nothing(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county, ends=2020) as endpoint:
        refused(Sending(endpoint.url, credentials=signing(tmp_path / "ca.crt")), endpoint)


def test_an_endpoint_under_another_name_gets_nothing(tmp_path: Path, county: Authority) -> None:
    with secure(tmp_path, county) as endpoint:
        url = endpoint.url.replace("127.0.0.1", "psap.example")
        refused(Sending(url, Book("127.0.0.1"), credentials=signing(tmp_path / "ca.crt")), endpoint)


def test_an_endpoint_that_asks_is_shown_our_certificate(tmp_path: Path, county: Authority) -> None:
    with secure(tmp_path, county, asks=True) as endpoint:
        sending = Sending(endpoint.url, credentials=credentials_of(tmp_path, county))
        sending.launch()
        assert sending.outcome().status == 200
        assert endpoint.peers == ["gateway"]


def test_an_endpoint_that_asks_takes_no_report_without_a_certificate_of_its_authority(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county, asks=True) as endpoint:
        foreign = credentials_of(tmp_path, new_authority(), "foreign")
        for each in (signing(tmp_path / "ca.crt"), foreign):
            sending = Sending(endpoint.url, credentials=each)
            sending.launch()
            assert isinstance(sending.outcome(), SendFailed)
        assert endpoint.bodies == []


def test_a_renewed_certificate_is_shown_at_the_next_connection(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county, asks=True) as endpoint:
        ours = credentials_of(tmp_path, county)
        first = Sending(endpoint.url, credentials=ours)
        first.launch()
        assert first.outcome().status == 200
        county.sign(tmp_path / "renewed", "renewed")
        for end in ("key", "crt"):
            (tmp_path / "renewed" / f"renewed.{end}").replace(tmp_path / f"gateway/gateway.{end}")
        assert ours.check().detail is None
        for version in (2, 3):
            first.launch(version)  # the line that is open stays open
            assert first.outcome().status == 200
        second = Sending(endpoint.url, credentials=ours)
        second.launch(4)
        assert second.outcome().status == 200
        assert endpoint.peers == ["gateway", "gateway", "gateway", "renewed"]


def refused(sending: Sending, endpoint: Endpoint) -> None:
    sending.launch()
    outcome = sending.outcome()
    assert isinstance(outcome, SendFailed)
    assert "certificate" in outcome.reason
    assert endpoint.bodies == []
