"""One line to a receiver: a real one of others, and receivers with bad manners."""

import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from pysiaalarm.account import SIAAccount
from pysiaalarm.event import SIAEvent
from pysiaalarm.sync.client import SIAClient
from pysiaalarm.utils.enums import CommunicationsProtocol

from gateway.core.formats.dc09.frame import (
    Message,
    Station,
    frame,
    padding,
    read_stamp,
    write_stamp,
)
from gateway.receivers.dc09.aes import Aes
from gateway.receivers.dc09.connection import Dc09Connection, Identity, Receiver
from gateway.receivers.dc09.errors import Dc09Error
from gateway.receivers.dc09.receiver_clock import ReceiverClock
from tests.waiting import patience, until
from wire.ids import Monotonic, Wall

KEY = "0123456789ABCDEF"
PANIC = Message("ADM-CID", 7, "#1234|1120 02 204", "[IPANIC room 204]")
ACK = frame(b'"ACK"0007R0L0#1234[]')


def connection(
    key: str | None = None, clock: Callable[[], Wall] = lambda: Wall(time.time())
) -> Dc09Connection:
    cipher = Aes(KEY.encode()) if key else None
    identity = Identity(Station("1234"), cipher, padding(secrets.token_bytes))
    return Dc09Connection(identity, ReceiverClock(clock))


def soon(seconds: float) -> Monotonic:
    return Monotonic(time.monotonic() + seconds)


def send(receiver: Receiver, within: float = 4.0) -> None:
    with closing(connection()) as line:
        line.send(receiver, PANIC, soon(within))


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("protocol", ["TCP", "UDP"])
@pytest.mark.parametrize("wrong", [0.0, -600.0, 600.0])
def test_a_receiver_of_others_takes_a_panic_even_from_a_wrong_clock(
    key: str | None, protocol: str, wrong: float
) -> None:
    came: list[SIAEvent] = []
    account, kind = SIAAccount("1234", key), CommunicationsProtocol(protocol)
    with SIAClient("127.0.0.1", 0, [account], came.append, kind) as centre:
        server: Any = centre.sia_server
        host, port = server.server_address
        at = Receiver(host, port, "tcp" if protocol == "TCP" else "udp")
        with closing(connection(key, lambda: Wall(time.time() + wrong))) as line:
            line.send(at, PANIC, soon(4))
            line.send(at, Message("NULL", 8), soon(4))
        # The receiver hands an event on after its answer, from a thread for each connection.
        until(lambda: len(came) == 2)
    told = {event.sequence: (event.code, event.ri) for event in came}
    assert told == {"0007": ("PA", "204"), "0008": ("RP", "0")}


@contextmanager
def manners(*answers: bytes) -> Iterator[tuple[Receiver, list[bytes]]]:
    """A receiver that gives these answers to what comes, one for each frame."""
    came: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with listener.accept()[0] as line:
            for answer in answers:
                came.append(line.recv(4096))
                line.sendall(answer)
            line.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def guarded() -> None:
            try:
                serve(listener)
            except OSError:
                return

        threading.Thread(target=guarded, daemon=True).start()
        host, port = listener.getsockname()
        yield Receiver(host, port, "tcp"), came


@pytest.mark.parametrize(
    "first",
    [b"", b"\n\r", ACK[:9], b"\nFFFF" + ACK[5:], frame(b'"ACK"0006R0L0#1234[]'), bytes(9999)],
)
def test_without_a_right_answer_the_same_frame_leaves_once_more(first: bytes) -> None:
    with manners(first, ACK) as (receiver, came):
        send(receiver)
    assert [each.split(b"_")[0][9:] for each in came] == [came[0].split(b"_")[0][9:]] * 2


def test_a_nak_is_followed_once_with_the_receivers_time() -> None:
    theirs = time.time() - 7000
    nak = frame(f'"NAK"0000R0L0A0[]{write_stamp(Wall(theirs))}'.encode())
    with manners(nak, nak) as (receiver, came), pytest.raises(Dc09Error):
        send(receiver)
    assert read_stamp(came[1]) == pytest.approx(theirs, abs=2)


@pytest.mark.parametrize(
    ("answer", "refused"), [(frame(b'"DUH"0007R0L0#1234[]'), True), (b'"NAK"', False)]
)
def test_a_refusal_is_not_argued_with(answer: bytes, refused: bool) -> None:
    with manners(answer) as (receiver, came), pytest.raises(Dc09Error) as error:
        send(receiver)
    assert (error.value.refused, len(came)) == (refused, 1)


def test_silence_ends_at_the_deadline() -> None:
    began = time.monotonic()
    with manners(b"", b"") as (receiver, _), pytest.raises((Dc09Error, TimeoutError)):
        send(receiver, 0.3)
    assert time.monotonic() - began < patience(1)


def test_the_connection_is_kept_from_one_message_to_the_next() -> None:
    second = frame(b'"ACK"0008R0L0#1234[]')
    with manners(ACK, second) as (receiver, came), closing(connection()) as line:
        line.send(receiver, PANIC, soon(4))
        line.send(receiver, PANIC._replace(sequence=8), soon(4))
    assert len(came) == 2


def test_a_receiver_that_closes_after_each_answer_is_connected_to_again() -> None:
    with closing_after_each(ACK) as (receiver, came), closing(connection()) as line:
        for _ in range(3):
            line.send(receiver, PANIC, soon(4))
    assert len(came) == 3


@contextmanager
def closing_after_each(answer: bytes) -> Iterator[tuple[Receiver, list[bytes]]]:
    """A receiver that takes one frame by each connection."""
    came: list[bytes] = []

    class Talk(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            came.append(self.request.recv(4096))
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        host, port = server.server_address[:2]
        yield Receiver(str(host), port, "tcp"), came
        server.shutdown()


@pytest.mark.parametrize(
    "told",
    [
        "_25:61:61,13-32-2026",
        "_23:59:59,12-31-9999",
        "_00:00:00,01-01-0001",
        "_14:05:09,09-03-2020",
    ],
)
def test_a_nak_of_an_impossible_time_is_not_followed(told: str) -> None:
    nak = frame(f'"NAK"0000R0L0A0[]{told}'.encode())
    with manners(nak, nak) as (receiver, came), pytest.raises(Dc09Error) as error:
        send(receiver)
    assert error.value.answered
    assert all(abs((read_stamp(each) or 0.0) - time.time()) < 5 for each in filter(None, came))


def test_a_receivers_time_that_did_not_help_is_forgotten() -> None:
    nak = frame(f'"NAK"0000R0L0A0[]{write_stamp(Wall(time.time() - 7000))}'.encode())
    with closing(connection()) as line:
        with manners(nak, nak) as (receiver, came), pytest.raises(Dc09Error):
            line.send(receiver, PANIC, soon(4))
        with manners(ACK) as (receiver, came):
            line.send(receiver, PANIC, soon(4))
    assert abs((read_stamp(came[0]) or 0.0) - time.time()) < 5


def test_a_recorded_ack_is_waited_past_and_named() -> None:
    def sealed(at: float) -> bytes:
        clear = (b"P" * 16 + f"|]{write_stamp(Wall(at))}".encode()).ljust(48, b"\x0a")
        return frame(b'"*ACK"0007R0L0#1234[' + Aes(KEY.encode()).encrypt(clear).hex().encode())

    old, now = sealed(time.time() - 30 * 86_400), sealed(time.time())
    with manners(old + now) as (receiver, _), closing(connection(KEY)) as line:
        line.send(receiver, PANIC, soon(4))
    with (
        manners(old, old) as (receiver, _),
        closing(connection(KEY)) as line,
        pytest.raises(Dc09Error, match="recorded"),
    ):
        line.send(receiver, PANIC, soon(2.5))
