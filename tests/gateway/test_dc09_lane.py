"""A lane sends one message after the other, whatever becomes of them."""

from queue import SimpleQueue
from typing import Any

from gateway.core.formats.dc09.frame import Message
from gateway.receivers.dc09.lane import Address, Job, Lane
from service.events import CallbackFailed
from tests.gateway.sending import Book
from tests.waiting import patience
from wire.ids import Monotonic

JOB = Job(Message("NULL", 1), None, Monotonic(0.0), True)


class Connection:
    """Sends nothing: the first message makes the program itself fail."""

    def __init__(self) -> None:
        self.sent = 0

    def begin(self) -> None:
        return

    def send(self, *_: object) -> None:
        self.sent += 1
        if self.sent == 1:
            raise KeyError("a mistake of ours")


def test_a_failure_of_the_program_ends_its_message_and_not_the_lane() -> None:
    done: SimpleQueue[Any] = SimpleQueue()
    failed: SimpleQueue[Any] = SimpleQueue()
    connection: Any = Connection()
    lane = Lane(Address("127.0.0.1", 9, "tcp"), connection, Book("127.0.0.1"))
    lane.start("lane", done.put, failed.put)
    lane.submit(JOB)
    assert "the program failed" in str(done.get(timeout=patience(5)).error)
    assert isinstance(failed.get(timeout=patience(5)), CallbackFailed)
    lane.submit(JOB)
    assert done.get(timeout=patience(5)).error is None
