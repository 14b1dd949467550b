"""One line to a receiver: a real one of others, and receivers with bad manners."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pysiaalarm.account import SIAAccount
from pysiaalarm.event import SIAEvent
from pysiaalarm.sync.client import SIAClient
from pysiaalarm.utils.enums import CommunicationsProtocol

from gateway.dc09.aes import Aes
from gateway.dc09.line import Line, LineError, Receiver
from gateway.formats.dc09.frame import Message, Station, frame, read_stamp
from tests.waiting import until
from wire.ids import Monotonic, Wall

KEY = "0123456789ABCDEF"
PANIC = Message("ADM-CID", 7, "#1234|1120 02 204", "[IPANIC room 204]")
ACK = frame(b'"ACK"0007R0L0#1234[]')


def soon(seconds: float) -> Monotonic:
    return Monotonic(time.monotonic() + seconds)


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
        line = Line(
            Station("1234"), Aes(KEY.encode()) if key else None, lambda: Wall(time.time() + wrong)
        )
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


def plain() -> Line:
    return Line(Station("1234"), None, lambda: Wall(time.time()))


@pytest.mark.parametrize(
    "first",
    [b"", b"\n\r", ACK[:9], b"\nFFFF" + ACK[5:], frame(b'"ACK"0006R0L0#1234[]'), bytes(9999)],
)
def test_without_a_right_answer_the_same_frame_leaves_once_more(first: bytes) -> None:
    with manners(first, ACK) as (receiver, came):
        plain().send(receiver, PANIC, soon(4))
    assert [each.split(b"_")[0][9:] for each in came] == [came[0].split(b"_")[0][9:]] * 2


def test_a_nak_is_followed_once_with_the_receivers_time() -> None:
    nak = frame(b'"NAK"0000R0L0A0[]_14:05:09,09-03-2026')
    with manners(nak, nak) as (receiver, came), pytest.raises(LineError):
        plain().send(receiver, PANIC, soon(4))
    assert read_stamp(came[1][:-1]) == pytest.approx(1_788_444_309, abs=2)


@pytest.mark.parametrize(
    ("answer", "refused"), [(frame(b'"DUH"0007R0L0#1234[]'), True), (b'"NAK"', False)]
)
def test_a_refusal_is_not_argued_with(answer: bytes, refused: bool) -> None:
    with manners(answer) as (receiver, came), pytest.raises(LineError) as error:
        plain().send(receiver, PANIC, soon(4))
    assert (error.value.refused, len(came)) == (refused, 1)


def test_silence_ends_at_the_deadline() -> None:
    began = time.monotonic()
    with manners(b"", b"") as (receiver, _), pytest.raises((LineError, TimeoutError)):
        plain().send(receiver, PANIC, soon(0.3))
    assert time.monotonic() - began < 1
