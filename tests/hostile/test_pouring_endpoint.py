"""H63: an endpoint answers a report by what takes longest to read, and never ends."""

import time
from collections.abc import Iterator

import pytest

from gateway.core.events import SendFailed
from tests.gateway.endpoint import Endpoint, Handler
from tests.gateway.sending import Sending
from tests.waiting import patience

CHUNKS = b"1\r\nx\r\n" * 10_000
HEADS = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2_000


def pours(what: bytes, head: bytes) -> Iterator[Endpoint]:
    def pour(handler: Handler, _body: bytes) -> None:
        handler.wfile.write(head)
        while not handler.server.done.is_set():  # type: ignore[attr-defined]
            handler.wfile.write(what)

    with Endpoint(pour) as endpoint:
        yield endpoint


@pytest.fixture(params=["chunks of a byte", "answers before the answer"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    if request.param == "chunks of a byte":
        yield from pours(CHUNKS, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    else:
        yield from pours(HEADS, b"")


def test_h63_others_wait_for_an_endpoint_that_pours_for_a_moment_only(endpoint: Endpoint) -> None:
    sending = Sending(endpoint.url)
    flight = sending.launch()
    slowest, ends = 0.0, time.monotonic() + 1.5
    while time.monotonic() < ends:
        began = time.thread_time()
        sending.inbox.put("a press")
        sending.turn()
        slowest = max(slowest, time.thread_time() - began)
    sending.sender.abort(flight)
    sending.notes = type(sending.notes)(each for each in sending.notes if each != "a press")
    assert isinstance(sending.outcome(), SendFailed)
    assert slowest < patience(0.1)
