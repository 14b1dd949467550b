"""H67 and H68: few bytes that cost much to read, as an answer and as a stranger's request."""

import re
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests

from service.tls import client_tls
from tests.gateway.endpoint import Endpoint, Handler
from tests.gateway.sending import Sending
from tests.hostile.deployment import Deployment
from tests.police.school import alert, receiving, report
from tests.waiting import patience, until

OK, ASKED = b"HTTP/1.1 200 OK\r\n", b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
BLANKS = b" " * 63_000
SHAPES = {
    "blanks that end in none": b"a:" + BLANKS + b"\0\r\n\r\n",
    "blanks within the bound of a head": b"a:" + BLANKS[:16_000] + b"\x0c\r\n\r\n",
    "fields without end": b"a:\r\n" * 15_000 + b"\r\n",
    "blanks behind a body": CHUNKED + b"0\r\na:" + BLANKS[:16_000] + b"\0\r\n\r\n",
    "blanks behind the length of a chunk": CHUNKED + b"1;" + BLANKS[:16_000] + b"\nx\r\n",
    "chunks of a byte": CHUNKED + b"1\r\nx\r\n" * 40_000,
}

# Python 3.11 undoes quotes in a time that grows with their square.
QUOTES = b'GET / HTTP/1.1\r\nHost: x\r\nCookie: a="' + b"\\" * 16_000 + b'"\r\n\r\n'
STRANGERS = [*([ASKED + each] for each in SHAPES.values()), [QUOTES] * 8]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_h67_an_answer_that_is_costly_to_read_holds_the_loop_for_a_moment(shape: bytes) -> None:
    def answer(handler: Handler, _body: bytes) -> None:
        handler.wfile.write(OK + shape)
        handler.close_connection = True

    with Endpoint(answer) as endpoint:
        sending = Sending(endpoint.url)
        sending.launch()
        slowest = sending.slowest_until_failed()
    assert slowest < patience(0.05)


def stranger(port: int, ca: Path | None, words: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), patience(5))
    if ca:
        line = client_tls(ca, None, None).wrap_socket(line, server_hostname="127.0.0.1")
    with suppress(OSError):  # it may be refused before all of it was read
        line.sendall(words)
    return line


def slowest_beside(port: int, ca: Path | None, ask: Callable[[], object]) -> float:
    """How long `ask` takes at the most, just after strangers sent what costs to that port."""
    slowest = 0.0
    for requests_at_once in STRANGERS:
        with ExitStack() as stack:
            for each in requests_at_once:
                stack.enter_context(stranger(port, ca, each))
            began = time.monotonic()
            ask()
            slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_h68_the_receiver_takes_a_report_beside_a_stranger(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        took = slowest_beside(
            receiver.port, None, lambda: receiver.post(report([alert()])).raise_for_status()
        )
    assert took < patience(1)


@pytest.mark.parametrize("door", ["authority", "console"])
def test_h68_authority_and_console_answer_beside_a_stranger(lincoln: Deployment, door: str) -> None:
    ca, port = lincoln.made.folder / "ca.crt", lincoln.made.authority_port
    if door == "console":
        lincoln.serving[door] = lincoln.made.start(door)
        until(lambda: "ready" in lincoln.log(door), 20)
        port = int(re.findall(r"listening on \S+:(\d+)", lincoln.log(door))[0])
    url = f"https://127.0.0.1:{port}/"
    took = slowest_beside(port, ca, lambda: requests.get(url, verify=str(ca), timeout=patience(60)))
    assert took < patience(1)
