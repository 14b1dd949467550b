"""An endpoint that cannot prove who it is gets not a byte of a report."""

import ssl
from pathlib import Path

import pytest

from gateway.work import Unanswered
from tests.gateway.endpoint import Endpoint
from tests.gateway.sending import Sending
from tests.service.brokers import Authority, new_authority


@pytest.fixture(scope="module")
def county() -> Authority:
    return new_authority()


def secure(folder: Path, authority: Authority, ends: int = 2099) -> Endpoint:
    """An endpoint whose certificate `authority` signed for 127.0.0.1."""
    authority.sign(folder, "psap", ends)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "psap.crt", folder / "psap.key")
    endpoint = Endpoint()
    endpoint.socket = context.wrap_socket(endpoint.socket, server_side=True)
    endpoint.url = endpoint.url.replace("http:", "https:")
    return endpoint


def test_an_endpoint_of_the_agreed_authority_gets_the_report(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county) as endpoint:
        sending = Sending(endpoint.url, ca=tmp_path / "ca.crt")
        sending.launch()
        assert sending.outcome().status == 200


def test_an_endpoint_of_another_authority_gets_nothing(tmp_path: Path, county: Authority) -> None:
    new_authority().sign(tmp_path / "other", "psap")
    with secure(tmp_path, county) as endpoint:
        refused(Sending(endpoint.url, ca=tmp_path / "other" / "ca.crt"), endpoint)
        refused(Sending(endpoint.url), endpoint)


def test_an_endpoint_whose_certificate_has_ended_gets_nothing(
    tmp_path: Path, county: Authority
) -> None:
    with secure(tmp_path, county, ends=2020) as endpoint:
        refused(Sending(endpoint.url, ca=tmp_path / "ca.crt"), endpoint)


def test_an_endpoint_under_another_name_gets_nothing(tmp_path: Path, county: Authority) -> None:
    with secure(tmp_path, county) as endpoint:
        url = endpoint.url.replace("127.0.0.1", "psap.example")
        refused(Sending(url, lambda _: "127.0.0.1", ca=tmp_path / "ca.crt"), endpoint)


def refused(sending: Sending, endpoint: Endpoint) -> None:
    sending.launch()
    outcome = sending.outcome()
    assert isinstance(outcome, Unanswered)
    assert "certificate" in outcome.reason
    assert endpoint.bodies == []
