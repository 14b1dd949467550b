"""One response belongs to one report: what a receiver says twice, late or oddly never delivers."""

import gzip
from typing import Any

import pytest

from gateway.core.events import SendFailed
from gateway.receivers.http.posting import Posting
from tests.gateway.rawserver import RECEIPT, RawServer, response
from tests.gateway.sending import Sending


def outcomes(server: RawServer, reports: int = 2) -> list[Any]:
    """What comes of so many reports, one after the other."""
    sending = Sending(server.url)
    found = []
    for version in range(1, reports + 1):
        sending.launch(version)
        found.append(sending.outcome())
    return found


def test_the_second_of_two_responses_is_none_to_the_next_report() -> None:
    refusal = response(b"no", b"500 Sorry")
    with RawServer(response() + response(), refusal) as server:
        first, second = outcomes(server)
    assert (first.status, second.status) == (200, 500)
    assert [connection for connection, _ in server.requests] == [1, 2]


def test_a_response_that_names_another_report_is_no_response() -> None:
    names = [b"webhook-id: i-1.1"]
    with RawServer(response(RECEIPT, b"200 OK", *names)) as server:
        first, second = outcomes(server)
    assert first.status == 200
    assert "another report" in second.reason
    with RawServer(response(RECEIPT, b"200 OK", b"webhook-id: i-1.2")) as server:
        first, second = outcomes(server)
    assert "another report" in first.reason
    assert [connection for connection, _ in server.requests] == [1, 2]


def test_informational_responses_are_not_the_end() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    with RawServer(b"HTTP/1.1 100 Continue\r\n\r\n" + early + response()) as server:
        found = outcomes(server)
    assert [each.body for each in found] == [RECEIPT, RECEIPT]
    assert {connection for connection, _ in server.requests} == {1}


def test_a_gzipped_receipt_is_read() -> None:
    body = gzip.compress(RECEIPT)
    with RawServer(response(body, b"200 OK", b"Content-Encoding: gzip")) as server:
        assert [each.body for each in outcomes(server)] == [RECEIPT, RECEIPT]


@pytest.mark.parametrize(
    "odd",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"rubbish\r\n\r\n",
        b"",
    ],
    ids=["two lengths", "length and chunks", "101", "rubbish", "hangs up"],
)
def test_after_anything_odd_the_connection_is_given_up(odd: bytes) -> None:
    with RawServer(odd, response()) as server:
        first, second = outcomes(server)
    assert isinstance(first, SendFailed)
    assert second.status == 200
    assert [connection for connection, _ in server.requests] == [1, 2]


def test_a_time_that_cannot_be_kills_no_sender() -> None:
    far = response(b"no", b"403 Forbidden", b"Date: Fri, 31 Dec 9999 23:59:59 GMT")
    with RawServer(far, far, far, far, response()) as server:
        found = outcomes(server, 5)
    assert [each.status for each in found] == [403, 403, 403, 403, 200]


UNASKED = {
    "the answer once more": response(),
    "another answer": response(b"no", b"500 Sorry"),
    "half an answer": response()[:20],
    "one byte": b"H",
    "an empty line": b"\r\n",
    "a chunk": b"0\r\n\r\n",
    "an informational answer": b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "a time-out": response(b"", b"408 Request Timeout", b"Connection: close"),
    "rubbish": b"\xff\xd8\xff",
    "nothing, and hangs up": b"",
}


@pytest.mark.parametrize("late", UNASKED)
def test_what_comes_unasked_between_two_reports_ends_the_connection(late: str) -> None:
    with RawServer(response(), response(b"no", b"500 Sorry")) as server:
        sending = Sending(server.url)
        sending.launch(1)
        first = sending.outcome()
        server.say_unasked(UNASKED[late])
        sending.launch(2)
        assert (first.status, sending.outcome().status) == (200, 500)
    assert [connection for connection, _ in server.requests] == [1, 2]


@pytest.mark.parametrize("behind", [each for each in UNASKED.values() if each])
def test_what_follows_an_answer_ends_the_connection(behind: bytes) -> None:
    with RawServer(response() + behind, response(b"no", b"500 Sorry")) as server:
        assert [each.status for each in outcomes(server)] == [200, 500]
    assert [connection for connection, _ in server.requests] == [1, 2]


def test_what_names_no_report_is_the_only_answer_on_its_connection() -> None:
    """A late second answer that crosses the next report on its way would be taken for that's."""
    with RawServer(response(b"ok"), response(b"ok") + response(b"no", b"500 Sorry")) as server:
        sending = Sending(server.url, posting=Posting(named=False))
        for _ in range(2):
            sending.launch()
            assert sending.outcome().status == 200
    assert [connection for connection, _ in server.requests] == [1, 2]


def test_an_answer_that_gives_the_webhook_id_back_keeps_the_connection() -> None:
    with RawServer(response(b"ok", b"200 OK", b"webhook-id: i-1.1")) as server:
        sending = Sending(server.url, posting=Posting(named=False))
        for _ in range(2):
            sending.launch(1)
            assert sending.outcome().status == 200
    assert {connection for connection, _ in server.requests} == {1}
