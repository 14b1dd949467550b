"""A connection that is held can be ended from any thread, whatever waits on it."""

import socket
import threading
from collections.abc import Iterator

import pytest

from service.cut_handle import CutHandle
from tests.waiting import patience


@pytest.fixture
def line() -> Iterator[socket.socket]:
    """One end of a connection whose other end says nothing."""
    ours, theirs = socket.socketpair()
    ours.settimeout(patience(5))
    with ours, theirs:
        yield ours


def test_what_waits_ends_at_once(line: socket.socket) -> None:
    handle = CutHandle()
    handle.hold(line)
    threading.Timer(0.05, handle.cut).start()
    assert line.recv(1) == b""
    assert handle.was_cut
    handle.release()


def test_what_is_made_after_a_cut_is_closed(line: socket.socket) -> None:
    handle = CutHandle()
    handle.cut()
    with pytest.raises(ConnectionAbortedError):
        handle.hold(line)
    assert line.fileno() < 0


def test_a_new_attempt_is_not_cut(line: socket.socket) -> None:
    handle = CutHandle()
    handle.cut()
    handle.begin()
    handle.hold(line)
    assert not handle.was_cut
    handle.release()


def test_what_was_released_is_not_cut(line: socket.socket) -> None:
    handle = CutHandle()
    handle.hold(line)
    handle.release()
    handle.cut()
    assert line.send(b"x") == 1
