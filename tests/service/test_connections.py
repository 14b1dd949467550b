"""What connections that say nothing cost a server: their own place, and nobody else's."""

import http.client
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from service import connections
from service.connections import note_known
from service.listening import listen
from service.web import Bounds, NotifyingServer, bounded, run_server
from tests.service.brokers import new_authority
from tests.waiting import patience, until

MOST = 20


async def _enter(request: Request) -> Response:
    await request.body()
    if request.url.path == "/known":
        note_known(request.scope)
    return PlainTextResponse("good")


async def _pour(_request: Request) -> Response:
    return Response(b"x" * 20_000_000)


APP = Starlette(routes=[Route("/pour", _pour), Route("/{name}", _enter, methods=["GET", "POST"])])


@contextmanager
def serving(cert: Path | None = None, key: Path | None = None) -> Iterator[NotifyingServer]:
    sockets = listen("127.0.0.1", 0)
    config = bounded(APP, Bounds(connections=MOST, keep_alive=60, shutdown=1), cert, key)
    server = NotifyingServer(config)
    thread = threading.Thread(target=run_server, args=(server.serve(sockets=sockets),))
    thread.start()
    until(lambda: server.started, 10)
    yield server
    server.should_exit = True
    thread.join(patience(10))


@pytest.fixture(scope="module")
def server() -> Iterator[NotifyingServer]:
    with serving() as made:
        yield made


@pytest.fixture
def port(server: NotifyingServer) -> int:
    return port_of(server)


def port_of(server: NotifyingServer) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def opened(port: int, stack: ExitStack, says: bytes = b"") -> socket.socket:
    made = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
    made.settimeout(patience(connections.BODY_PAUSE_S + 10))
    made.sendall(says)
    return made


def asked(port: int, path: str = "/x") -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=patience(5))) as there:
        there.request("GET", path)
        return there.getresponse().status


def ended(made: socket.socket) -> bool:
    with suppress(ConnectionResetError):
        return made.recv(1) == b""
    return True


def test_silent_connections_give_way_to_who_speaks(port: int) -> None:
    with ExitStack() as stack:
        for says in (
            b"",
            b"GET /x HT",
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
        ):
            for _ in range(2 * MOST):
                opened(port, stack, says)
            assert [asked(port) for _ in range(5)] == [200] * 5, says


def test_strangers_who_were_answered_once_give_way_too(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(2 * MOST):
            opened(port, stack, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n").recv(100)
        assert asked(port) == 200


def test_who_is_known_keeps_the_connection_through_a_flood(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=patience(5))) as known:
        known.request("GET", "/known")
        assert known.getresponse().read() == b"good"
        own = known.sock
        with ExitStack() as stack:
            for _ in range(5 * MOST):
                opened(port, stack)
            known.request("GET", "/x")
            assert known.getresponse().read() == b"good"
            assert known.sock is own


def test_a_head_that_drips_is_over_within_its_time(port: int) -> None:
    with ExitStack() as stack:
        made, began = opened(port, stack), time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < patience(connections.HEAD_S + 5):
                made.sendall(b"G")
                select.select([made], [], [], 0.1)
        assert time.monotonic() - began < patience(connections.HEAD_S + 2)


def test_a_byte_after_an_answer_holds_nothing_for_ever(port: int) -> None:
    with ExitStack() as stack:
        made = opened(port, stack, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        while b"good" not in made.recv(1000):
            pass
        made.sendall(b"G")
        began = time.monotonic()
        assert ended(made)
        assert time.monotonic() - began < patience(connections.HEAD_S + 3)


def test_a_body_that_stops_is_over_within_its_time(port: int) -> None:
    with ExitStack() as stack:
        made = opened(port, stack, b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab")
        began = time.monotonic()
        assert ended(made)
        assert time.monotonic() - began < patience(connections.BODY_PAUSE_S + 3)


def test_an_answer_that_nobody_reads_is_over_within_its_time(server: NotifyingServer) -> None:
    with ExitStack() as stack:
        opened(port_of(server), stack, b"GET /pour HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: server.server_state.connections, 5)
        until(lambda: not server.server_state.connections, connections.ANSWER_PAUSE_S + 5)


def test_a_handshake_that_never_comes_is_over_within_its_time(tmp_path: Path) -> None:
    new_authority().sign(tmp_path, "door")
    with serving(tmp_path / "door.crt", tmp_path / "door.key") as door, ExitStack() as stack:
        made, began = opened(port_of(door), stack), time.monotonic()
        assert ended(made)
        assert time.monotonic() - began < patience(connections.HANDSHAKE_S + 3)
