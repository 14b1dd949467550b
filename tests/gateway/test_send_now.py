"""On a connection that stands idle a report leaves in the turn that wrote it, and nobody waits."""

import threading
import time

from gateway.core.events import ReportMoved, ResponseReceived, SendFailed
from tests.gateway.endpoint import Endpoint, Handler, hang
from tests.gateway.rawserver import RawServer, response
from tests.gateway.sending import BODY, Book, Sending
from tests.waiting import patience, until

LARGE = BODY.replace("{", f'{{"summary":"{"x" * 8_000_000}",', 1)
LAST = BODY.replace('"a"', '"b"')


def standing(server: RawServer) -> Sending:
    """A sender over whose connection one report has gone already."""
    sending = Sending(server.url)
    sending.launch(1)
    assert sending.outcome().status == 200
    return sending


def test_a_report_is_at_the_receiver_before_the_loop_turns_again() -> None:
    with RawServer(response()) as server:
        sending = standing(server)
        sending.launch(2)
        until(lambda: len(server.requests) == 2)
        assert sending.outcome().status == 200
    assert [number for number, _ in server.requests] == [1, 1]


def test_what_the_kernel_does_not_take_at_once_follows() -> None:
    with RawServer(response()) as server:
        sending = standing(server)
        sending.launch(2, body=LARGE)
        assert sending.outcome().status == 200
        assert server.requests[1] == (1, LARGE.encode())


def test_no_thread_is_left_once_connections_stand() -> None:
    with Endpoint(hang) as endpoint:
        sending = Sending(endpoint.url)
        for version in range(4):
            sending.launch(version)
        until(lambda: sending.turn() and len(endpoint.bodies) == 4)
        until(lambda: not any(each.name.startswith("connect-") for each in threading.enumerate()))


def test_connecting_to_where_nobody_answers_holds_the_loop_for_nothing() -> None:
    sending = Sending("http://psap.example:81/reports", Book("192.0.2.1"))
    began = time.monotonic()
    flight = sending.launch()
    sending.sender.abort(flight)
    assert time.monotonic() - began < patience(0.5)
    assert isinstance(sending.outcome(), SendFailed)


def test_a_report_that_was_taken_back_leaves_no_answer_to_the_next_one() -> None:
    with RawServer(response(b"1"), response(b"2"), response(b"3")) as server:
        sending = standing(server)
        sending.sender.abort(sending.launch(2))
        third = sending.launch(3, body=LAST)
        answered = until(lambda: heard(sending.outcome()))
        assert answered
        place = [body for _, body in server.requests].index(LAST.encode())
        assert (answered.flight, answered.body) == (third, b"%d" % (place + 1))


def test_that_a_slow_report_moves_is_told() -> None:
    with Endpoint(slowly) as slow:
        sending = Sending(slow.url)
        sending.launch(body=LARGE)
        until(lambda: sending.turn() and any(isinstance(n, ReportMoved) for n in sending.notes))


def slowly(handler: Handler, _body: bytes) -> None:
    """Take the report, and begin an answer that does not end soon."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not handler.server.done.wait(0.1):  # type: ignore[attr-defined]
        handler.wfile.write(b"x" * 600)


def heard(outcome: object) -> ResponseReceived | None:
    return outcome if isinstance(outcome, ResponseReceived) else None
