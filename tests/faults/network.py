"""A network of a test's own, in which packets can be made to vanish.

As everywhere, all of 127.0.0.0/8 is this machine in it, so each connection has its own address.
"""

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.faults.privileges import require
from tests.waiting import patience

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of sched.h


def needs_root(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that breaks networks or disks: without root it is skipped, and pytest says so."""
    skip = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to break networks and disks")
    marked: Callable[..., None] = pytest.mark.root(skip(test))
    return marked


@contextmanager
def own_network() -> Iterator[None]:
    """Until the end of the block this thread, and all that it starts, has a network of its own."""
    require("unshare", "--net", "true")
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if libc.unshare(_NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "no network of our own")
        try:
            _run("ip", "link", "set", "lo", "up")
            yield
        finally:
            libc.setns(before, _NEW_NETWORK)
    finally:
        os.close(before)


@contextmanager
def lost(*packets: str) -> Iterator[None]:
    """While the block lasts, packets vanish that fit these words of iptables."""
    rule = ["INPUT", "-i", "lo", *packets, "-j", "DROP"]
    _run("iptables", "-w", "-A", *rule)
    try:
        yield
    finally:
        _run("iptables", "-w", "-D", *rule)


@contextmanager
def cut(address: str) -> Iterator[None]:
    """While the block lasts, nothing reaches `address`, and nothing that it says arrives."""
    with lost("-d", address), lost("-s", address):
        yield


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=patience(10))
