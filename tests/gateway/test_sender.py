"""Sending, against real servers with bad manners: every attempt ends, and says how."""

import time

import pytest

from gateway.core.events import SendFailed
from tests.gateway.endpoint import Endpoint, Manner, closed_port, drip, flood, hang, status
from tests.gateway.sending import Book, Sending
from tests.waiting import patience, until


def test_a_report_is_signed_so_that_the_published_package_accepts_it() -> None:
    with Endpoint() as endpoint:
        sending = Sending(endpoint.url)
        sending.launch()
        outcome = sending.outcome()
    assert (outcome.status, outcome.body) == (200, b'{"receipt": "r-1", "alerts": ["a"]}')


@pytest.mark.parametrize("manner", [hang, drip])
def test_an_attempt_that_is_cut_off_ends_at_once_and_its_connection_is_free(manner: Manner) -> None:
    with Endpoint(manner) as endpoint:
        sending = Sending(endpoint.url)
        flights = [sending.launch(version) for version in range(8)]
        until(lambda: sending.turn() and len(endpoint.bodies) == 4)
        began = time.monotonic()
        for flight in reversed(flights):
            sending.sender.abort(flight)
        outcomes = [sending.outcome() for _ in range(4)]
    assert {type(outcome) for outcome in outcomes} == {SendFailed}
    assert outcomes[0].reason == "no answer within 4 s"
    assert time.monotonic() - began < patience(1.0)
    sending.turn()
    assert not sending.notes, "what had not left is taken back in silence"


def test_a_gigabyte_is_not_read_and_is_no_answer() -> None:
    with Endpoint(flood) as endpoint:
        sending = Sending(endpoint.url)
        sending.launch()
        assert "longer than 256000 bytes" in sending.outcome().reason


def test_a_redirect_is_an_answer_and_never_followed() -> None:
    with Endpoint(status(302, Location="/login")) as endpoint:
        sending = Sending(endpoint.url)
        sending.launch()
        assert sending.outcome().status == 302
        assert endpoint.gets == 0


def test_retry_after_is_passed_on() -> None:
    with Endpoint(status(503, Retry_After="3600")) as endpoint:
        sending = Sending(endpoint.url)
        flight = sending.launch()
        response = sending.outcome()
        assert (response.flight, response.status) == (flight, 503)
        assert response.headers["retry-after"] == "3600"


def test_nobody_listening_is_said_in_words() -> None:
    sending = Sending(f"http://127.0.0.1:{closed_port()}/reports")
    sending.launch()
    assert "Connection refused" in sending.outcome().reason


def test_a_name_that_was_never_resolved_fails_at_once() -> None:
    sending = Sending("http://psap.example/reports", Book())
    sending.launch()
    assert "could not be resolved" in sending.outcome().reason


def test_an_address_where_nobody_is_at_home_costs_the_report_nothing() -> None:
    with Endpoint() as endpoint:
        url = endpoint.url.replace("127.0.0.1", "psap.example")
        sending = Sending(url, Book("127.0.0.2", "127.0.0.1"))
        sending.launch()
        assert sending.outcome().status == 200
        assert sending.book.notes == [("failed", "127.0.0.2"), ("worked", "127.0.0.1")]


@pytest.mark.parametrize("manner", [status(302), status(503)])
def test_an_address_that_takes_no_reports_is_left_for_the_next_one(manner: Manner) -> None:
    with Endpoint(manner) as endpoint:
        sending = Sending(endpoint.url, Book("127.0.0.1", "127.0.0.2"))
        sending.launch()
        sending.outcome()
        assert sending.book.notes == [("failed", "127.0.0.1")]


def test_one_connection_is_kept_alive_for_one_report_after_another() -> None:
    with Endpoint() as endpoint:
        sending = Sending(endpoint.url)
        for version in range(5):
            sending.launch(version)
            assert sending.outcome().status == 200
        assert len(endpoint.ports) == 1


def test_the_environment_cannot_send_a_report_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with Endpoint() as endpoint:
        sending = Sending(endpoint.url)
        sending.launch()
        assert sending.outcome().status == 200
