"""systemd hears from us on a real socket, and the watchdog is fed on proof alone."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.notify import Watchdog, notify
from wire.ids import Monotonic


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here:
        here.bind(str(tmp_path / "notify"))
        here.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield here


def heard(systemd: socket.socket) -> list[bytes]:
    said: list[bytes] = []
    while True:
        try:
            said.append(systemd.recv(100))
        except BlockingIOError:
            return said


def test_systemd_is_told_what_we_say(systemd: socket.socket) -> None:
    notify("READY=1")
    assert heard(systemd) == [b"READY=1"]


def test_an_abstract_socket_is_spoken_to_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here:
        here.bind("")  # the kernel picks an abstract name
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{here.getsockname()[1:].decode()}")
        notify("READY=1")
        assert here.recv(100, socket.MSG_DONTWAIT) == b"READY=1"


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@tocsin-nobody-listens-here"])
def test_without_systemd_nothing_happens(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")


def test_a_full_socket_does_not_hold_us_up(systemd: socket.socket) -> None:
    for _ in range(2000):
        notify("WATCHDOG=1")
    assert len(heard(systemd)) < 2000


def test_the_watchdog_is_fed_while_every_part_proves_progress(systemd: socket.socket) -> None:
    watchdog = Watchdog({"store": lambda _: True, "mqtt": lambda _: True})
    assert watchdog.tick(Monotonic(100.0)) == []
    assert heard(systemd) == [b"WATCHDOG=1"]


def test_one_part_without_progress_starves_it_and_is_named(systemd: socket.socket) -> None:
    watchdog = Watchdog({"store": lambda _: False, "mqtt": lambda _: True})
    assert watchdog.tick(Monotonic(100.0)) == ["store"]
    assert heard(systemd) == []


def test_it_is_fed_again_as_soon_as_the_part_moves(systemd: socket.socket) -> None:
    watchdog = Watchdog({"store": lambda now: now > 101.0})
    assert watchdog.tick(Monotonic(100.0)) == ["store"]
    assert watchdog.tick(Monotonic(102.5)) == []
    assert heard(systemd) == [b"WATCHDOG=1"]


def test_it_is_fed_four_times_in_ten_seconds_however_often_the_loop_turns(
    systemd: socket.socket,
) -> None:
    watchdog = Watchdog({})
    for turn in range(1000):
        watchdog.tick(Monotonic(100.0 + turn / 100))
    assert heard(systemd) == [b"WATCHDOG=1"] * 4
