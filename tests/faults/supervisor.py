"""Does for a service in a test what systemd does by the service's own file."""

import configparser
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from tests.faults.school import School

_FOLDER: Final = Path("systemd")


class Supervisor:
    """Starts `name` of a school anew whenever it ended, and kills it when its watchdog starves.

    `begin` starts it and waits for nothing.  `deaths` are the times at which it was found dead.
    """

    def __init__(self, school: School, name: str, service: str, begin: Callable[[], None]) -> None:
        self.deaths: list[float] = []
        self._school = school
        self._name = name
        self._begin = begin
        self._told = _settings(service)
        self._fed = time.monotonic()
        self._over = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(school.folder / "notify"))
        self._socket.settimeout(0.05)
        school.env[name] = {
            **school.env.get(name, {}),
            "NOTIFY_SOCKET": str(school.folder / "notify"),
        }
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._begin_anew()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)
        self._socket.close()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._socket.recv(4096)  # READY=1, and then WATCHDOG=1 again and again
                self._fed = time.monotonic()
            except TimeoutError:
                pass
            if time.monotonic() - self._fed > float(self._told["WatchdogSec"]):
                self._kill()
            if self._process.poll() is not None and not self._over.is_set():
                self._school.ended(self._name)
                self.deaths.append(time.monotonic())
                self._over.wait(float(self._told["RestartSec"]))
                self._begin_anew()

    def _begin_anew(self) -> None:
        self._begin()
        self._process = self._school.running[self._name]
        self._fed = time.monotonic()

    def _kill(self) -> None:
        """As systemd does: the watchdog's signal first, and SIGKILL when that does nothing."""
        self._process.send_signal(signal.Signals[self._told.get("WatchdogSignal", "SIGABRT")])
        try:
            self._process.wait(float(self._told["TimeoutStopSec"]))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _settings(service: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(_FOLDER / f"{service}.service")
    return parser["Service"]
