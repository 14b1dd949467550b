"""A TLS connection whose every call asks the kernel once."""

import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from service.tls import client_tls
from service.tls_socket import TlsSocket, TlsSockets
from tests.service.brokers import new_authority
from tests.waiting import patience

LARGE = bytes(range(256)) * 8_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    new_authority().sign(made, "server")
    return made


@contextmanager
def connected(folder: Path, serve: Callable[[ssl.SSLSocket], None]) -> Iterator[TlsSocket]:
    """A connection to a server that does so with its end of it."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.crt", folder / "server.key")

    def accept() -> None:
        with suppress(OSError), tls.wrap_socket(server.accept()[0], server_side=True) as line:
            serve(line)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept)
        thread.start()
        plain = socket.create_connection(server.getsockname(), patience(5))
        made = TlsSockets(client_tls(folder / "ca.crt", None, None)).wrap_socket(plain, "127.0.0.1")
        try:
            yield made
        finally:
            made.close()
            thread.join(patience(5))


def wait(line: TlsSocket, for_what: int) -> None:
    poll = select.poll()
    poll.register(line, for_what)
    assert line.pending() or poll.poll(1000 * patience(5))


def echo(line: ssl.SSLSocket) -> None:
    came = bytearray()
    while len(came) < len(LARGE):
        came += line.recv(65536)
    line.sendall(came)
    line.unwrap()


def test_a_large_message_goes_and_comes_whole_over_a_socket_that_never_waits(folder: Path) -> None:
    with connected(folder, echo) as line:
        line.setblocking(False)
        rest, came, waits = memoryview(LARGE), bytearray(), (BlockingIOError, ssl.SSLWantReadError)
        while rest:
            wait(line, select.POLLOUT)
            with suppress(BlockingIOError, ssl.SSLWantWriteError):
                rest = rest[line.send(rest) :]
        while len(came) < len(LARGE):
            wait(line, select.POLLIN)
            with suppress(*waits):
                came += line.recv(4096)
        assert came == LARGE


def say_a(line: ssl.SSLSocket) -> None:
    line.sendall(b"a")


def test_nothing_more_comes_after_the_end(folder: Path) -> None:
    with connected(folder, say_a) as line:
        heard: list[bytes] = []
        while not heard or heard[-1]:
            with suppress(ssl.SSLWantReadError):
                heard.append(line.recv(100))
        assert heard == [b"a", b""]


def test_a_peer_that_says_nothing_is_waited_for_as_long_as_the_socket_says() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        plain = socket.create_connection(server.getsockname())
        plain.settimeout(0.05)
        made = TlsSocket(plain, ssl.create_default_context(), "127.0.0.1")
        with pytest.raises(TimeoutError):
            made.do_handshake()
        assert made.fileno() == -1


def test_what_waits_here_is_pending_and_nothing_else(folder: Path) -> None:
    def say(line: ssl.SSLSocket) -> None:
        line.sendall(b"abc")
        line.recv(1)

    with connected(folder, say) as line:
        first = b""
        while not first:
            with suppress(ssl.SSLWantReadError):
                first = line.recv(1)
        assert line.pending()
        assert line.recv(100) == b"bc"
        line.setblocking(False)
        with suppress(BlockingIOError, ssl.SSLWantReadError):
            line.recv(100)
        assert not line.pending()
