"""H69: a peer of the gateway pours TLS session tickets, which no application sees."""

import socket
import ssl
import time
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
import tomli_w

from gateway.app.inbox import Inbox
from gateway.receivers.http.protocol import Request
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from service.events import LinkDown, LinkUp
from service.polled_link import PolledLink
from service.tls import client_tls
from service.tls_socket import TlsSockets
from tests.gateway.sending import Book, Sending, signing
from tests.hostile.deployment import B, Deployment
from tests.hostile.ticket_flood import key_updates, pouring_tickets
from tests.service.brokers import new_authority, plain, secure_settings
from tests.waiting import patience, until


def certified(folder: Path) -> Path:
    """The certificate of a server on loopback; its authority's is ca.crt beside it."""
    authority = new_authority()
    for name in ("broker", "gateway"):
        authority.sign(folder, name)
    return folder / "broker.crt"


def test_h69_another_unit_is_delivered_while_an_endpoint_pours_tickets(
    lincoln: Deployment, tmp_path: Path
) -> None:
    with pouring_tickets(certified(tmp_path)) as (port, poured):
        settings = tomllib.loads(lincoln.made.config.read_text())
        url = f"https://127.0.0.1:{port}/reports"
        hostile = {"name": "hostile", "url": url, "secret_file": "secret"}
        settings["endpoint"].append({**hostile, "ca": str(tmp_path / "ca.crt")})
        lincoln.made.config.write_text(tomli_w.dumps(settings))
        lincoln.restart_gateway()
        took = [lincoln.delivered(B), lincoln.delivered(B)]
        until(lambda: any(poured))
        assert max(*took, lincoln.delivered(B)) < patience(5.0)


def test_h69_a_sender_gives_up_who_pours_tickets(tmp_path: Path) -> None:
    with pouring_tickets(certified(tmp_path)) as (port, _):
        ca = tmp_path / "ca.crt"
        sending = Sending(f"https://127.0.0.1:{port}/", credentials=signing(ca))
        sending.launch()
        slowest = sending.slowest_until_failed()
    assert "bear nothing" in sending.outcome().reason
    assert slowest < patience(0.1)


def test_h69_who_asks_a_receiver_gives_up_who_pours_tickets(tmp_path: Path) -> None:
    with pouring_tickets(certified(tmp_path)) as (port, _):
        tls = signing(tmp_path / "ca.crt").tls
        line = DeadlineConnection(f"https://127.0.0.1:{port}/", lambda: tls, Book("127.0.0.1"))
        began = time.monotonic()
        with pytest.raises(NoResponseError, match="bear nothing"):
            line.exchange(Request("GET", "/", [("Host", "x")]), patience(5))
        assert time.monotonic() - began < patience(5)


def test_h69_who_asks_for_new_keys_and_reads_no_answer_is_given_up(tmp_path: Path) -> None:
    with pouring_tickets(certified(tmp_path), key_updates) as (port, _):
        plain_line = socket.create_connection(("127.0.0.1", port), patience(5))
        plain_line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        tls = TlsSockets(client_tls(tmp_path / "ca.crt", None, None))
        line = tls.wrap_socket(plain_line, "127.0.0.1")
        line.send(b"x")
        line.setblocking(False)
        ends = time.monotonic() + patience(10)

        def read() -> None:
            while time.monotonic() < ends:
                with suppress(BlockingIOError, ssl.SSLWantReadError):
                    line.recv(4096)

        with pytest.raises(OSError, match="reads none"):
            read()
        line.close()


def test_h69_the_own_broker_is_read_while_anothers_pours_tickets(tmp_path: Path) -> None:
    inbox = Inbox()
    with pouring_tickets(certified(tmp_path)) as (port, poured), plain(tmp_path) as own:
        theirs = secure_settings(port, tmp_path, "gateway")
        links = [
            PolledLink("other-gateway", theirs, "standby", ["t"], inbox.put, inbox.wake),
            PolledLink("broker", own.settings, "gateway", ["t"], inbox.put, inbox.wake),
        ]
        heard, slowest = set[tuple[type, str]](), 0.0
        for link in links:
            inbox.watch(link)
            link.start()
        ends = time.monotonic() + patience(10)
        while not {(LinkUp, "broker"), (LinkDown, "other-gateway")} <= heard:
            assert time.monotonic() < ends
            began = time.thread_time()
            events = inbox.take(0.1, 2048)
            slowest = max(slowest, time.thread_time() - began)
            heard |= {(type(each), getattr(each, "link", "")) for each in events}
        assert any(poured)
        assert slowest < patience(0.2)
        for link in links:
            link.stop()
