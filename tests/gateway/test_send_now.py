"""On a connection that stands idle a report leaves before the thread that waits for its answer is
awake.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from ssl import create_default_context

from gateway.core.events import ResponseReceived
from gateway.receivers.http.protocol import Request
from gateway.receivers.http.transport import DeadlineConnection
from tests.gateway.rawserver import RawServer, response
from tests.gateway.sending import BODY, Book, Sending
from tests.waiting import patience, until

LARGE = b"x" * 8_000_000
LAST = BODY.replace('"a"', '"b"')


def new(server: RawServer) -> closing[DeadlineConnection]:
    return closing(DeadlineConnection(server.url, create_default_context, Book("127.0.0.1")))


@contextmanager
def standing(server: RawServer) -> Iterator[DeadlineConnection]:
    """A connection over which one request has gone already."""
    with new(server) as connection:
        assert connection.exchange(posting(connection), patience(5)).status == 200
        yield connection


def posting(connection: DeadlineConnection, body: bytes = b"{}") -> Request:
    return Request("POST", connection.target, [("Host", connection.host)], body)


def test_a_request_is_at_the_receiver_before_anybody_waits_for_its_answer() -> None:
    with RawServer(response()) as server, standing(server) as connection:
        request = connection.send_now(posting(connection))
        until(lambda: len(server.requests) == 2)
        assert request
        assert connection.exchange(request, patience(5)).status == 200
    assert [number for number, _ in server.requests] == [1, 1]


def test_what_the_kernel_does_not_take_at_once_follows() -> None:
    with RawServer(response()) as server, standing(server) as connection:
        request = connection.send_now(posting(connection, LARGE))
        assert request
        assert connection.exchange(request, patience(20)).status == 200
        assert server.requests[1] == (1, LARGE)


def test_nothing_leaves_where_no_connection_stands() -> None:
    with RawServer(response()) as server, new(server) as never, standing(server) as left:
        assert never.send_now(posting(never)) is None
        server.say_unasked(b"")
        assert left.send_now(posting(left)) is None
        assert left.exchange(posting(left), patience(5)).status == 200


def test_a_report_that_was_taken_back_leaves_no_answer_to_the_next_one() -> None:
    with RawServer(response(b"1"), response(b"2"), response(b"3")) as server:
        sending = Sending(server.url)
        sending.launch(1)
        assert sending.outcome().body == b"1"
        sending.sender.abort(sending.launch(2))
        third = sending.launch(3, body=LAST)
        answered = until(lambda: heard(sending.outcome()))
        assert answered
        place = [body for _, body in server.requests].index(LAST.encode())
        assert (answered.flight, answered.body) == (third, b"%d" % (place + 1))


def heard(outcome: object) -> ResponseReceived | None:
    return outcome if isinstance(outcome, ResponseReceived) else None
