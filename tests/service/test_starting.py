"""A start that makes progress is given more time; systemd's side is a real socket."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import until

MORE = b"EXTEND_TIMEOUT_USEC=30000000"


class Systemd:
    """What a service said, and what it was."""

    def __init__(self, folder: Path) -> None:
        self.said: list[bytes] = []
        self.address = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.address))
        self.socket.setblocking(False)

    def hears(self, what: bytes, count: int) -> bool:
        """Whether it has been told `what` so often by now."""
        while True:
            try:
                self.said.append(self.socket.recv(100))
            except BlockingIOError:
                return self.said.count(what) >= count


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    made = Systemd(tmp_path)
    yield made
    made.socket.close()


@contextmanager
def process(systemd: Systemd, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    env = {**os.environ, "NOTIFY_SOCKET": str(systemd.address)}
    with subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as made:
        yield made
        made.kill()


@contextmanager
def start(systemd: Systemd, then: str, longest: float = 60.0) -> Iterator[None]:
    """A start that looks twice a second whether it makes progress, and does `then`."""
    code = (
        "import sys, time\n"
        "from service.notify import notify\n"
        "from service.starting import extend_start\n"
        f"extend_start(0.5, {longest})\n"
        f"{then}\n"
    )
    with process(systemd, sys.executable, "-c", code):
        yield


def test_a_start_that_works_asks_for_more_time_again_and_again(systemd: Systemd) -> None:
    with start(systemd, "while True: pass"):
        until(lambda: systemd.hears(MORE, 4), within=10)


def test_a_start_that_stands_still_asks_for_no_more(systemd: Systemd) -> None:
    # The process that starts sleeps, not the test: one that waits makes no progress.
    with start(systemd, "time.sleep(3); notify('STATUS=slept'); sys.stdin.read()"):
        until(lambda: systemd.hears(b"STATUS=slept", 1), within=10)
    # Once as it began, and once more for what it did just before.
    assert systemd.said.count(MORE) <= 3


def test_a_start_that_never_ends_asks_for_no_more_one_day(systemd: Systemd) -> None:
    busy = "end = time.monotonic() + 3\nwhile time.monotonic() < end: pass\nnotify('STATUS=busy')"
    with start(systemd, f"{busy}; sys.stdin.read()", longest=0.6):
        until(lambda: systemd.hears(b"STATUS=busy", 1), within=15)
    assert systemd.said.count(MORE) <= 3


def test_what_is_ready_asks_for_no_more(systemd: Systemd) -> None:
    busy = "end = time.monotonic() + 1\nwhile time.monotonic() < end: pass\nnotify('STATUS=busy')"
    with start(systemd, f"notify('READY=1')\n{busy}; sys.stdin.read()"):
        until(lambda: systemd.hears(b"STATUS=busy", 1), within=15)
    assert MORE not in systemd.said[systemd.said.index(b"READY=1") :]


@pytest.mark.parametrize("command", ["gateway", "device", "police"])
def test_each_service_asks_before_it_imports_anything_large(systemd: Systemd, command: str) -> None:
    code = (
        "import sys; sys.modules['pydantic'] = None\n"  # no import of it succeeds
        f"from {command}.main import main; sys.exit(main(['run', '--config', 'none']))"
    )
    with process(systemd, sys.executable, "-c", code) as made:
        assert made.wait(20) != 0
    assert systemd.hears(MORE, 1)


def test_without_systemd_there_is_no_thread() -> None:
    code = (
        "import threading; from service.starting import extend_start; extend_start()\n"
        "print(threading.active_count())"
    )
    env = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert done.stdout.strip() == b"1"
