"""A gateway as a process of its own, with a real broker and endpoint, in a folder of the test."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import tomli_w

from service.broker import Broker
from service.events import LinkUp, MessageReceived
from service.files import write_whole
from service.threaded_link import ThreadedLink
from simulator.broker import free_port, start_broker
from simulator.process import end, start
from tests.gateway.endpoint import SECRET, Endpoint
from tests.waiting import patience, until
from wire.codec import decode, encode
from wire.ids import SiteId, UnitId
from wire.messages import Alert, Progress
from wire.topics import alert_topic, progress_topic

SITE = SiteId("lincoln")
_COMMAND = "import sys; from gateway.main import main; sys.exit(main())"


class School:
    """Files, broker and endpoint; `running` adds the gateway."""

    def __init__(self, folder: Path, endpoint: Endpoint, rooms: int = 20) -> None:
        self.folder = folder
        self.endpoint = endpoint
        self.config = folder / "gateway.toml"
        self.log = folder / "gateway.log"
        self.port = free_port()
        self.broker = start_broker(folder, self.port)
        lines = [f"{n},Room {n},Main,1,lincoln-{n},,," for n in range(100, 100 + rooms)]
        head = "room,name,building,floor,unit,cameras,x,y"
        (folder / "rooms.csv").write_text("\n".join([head, *lines]) + "\n")
        write_whole(folder / "secret", SECRET.encode())
        self.write(
            {
                "site": {"id": SITE, "name": "Lincoln School", "rooms": "rooms.csv"},
                "mqtt": {"url": f"mqtt://127.0.0.1:{self.port}"},
                "store": {"path": "tocsin.db"},
                "frames": {"directory": "frames"},
                "endpoint": [{"name": "county-911", "url": endpoint.url, "secret_file": "secret"}],
            }
        )

    def write(self, settings: dict[str, Any]) -> None:
        """Write gateway.toml."""
        self.config.write_text(tomli_w.dumps(settings))

    def settings(self) -> dict[str, Any]:
        """Read gateway.toml."""
        return tomllib.loads(self.config.read_text())

    def start_gateway(self) -> subprocess.Popen[bytes]:
        """Start `tocsin-gateway run` and wait until it hears units."""
        self.log.unlink(missing_ok=True)
        argv = [sys.executable, "-c", _COMMAND, "run", "--config", str(self.config)]
        process = start(argv, self.log)
        # These units do not repeat a press, as real ones do: wait until the gateway hears them.
        until(lambda: "broker: connected" in self.log.read_text() or process.poll() is not None, 20)
        assert process.poll() is None, self.log.read_text()
        return process

    def call(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run another `tocsin-gateway` command to its end, with `typed` on its standard input."""
        argv = [sys.executable, "-c", _COMMAND, *words, "--config", str(self.config)]
        return subprocess.run(
            argv, input=typed, capture_output=True, text=True, timeout=patience(30)
        )


@contextmanager
def school(folder: Path, endpoint: Endpoint, rooms: int = 20) -> Iterator[School]:
    """A school whose broker ends with the block; a gateway started by the test must end before."""
    found = School(folder, endpoint, rooms)
    try:
        yield found
    finally:
        end(found.broker)


@contextmanager
def running(found: School) -> Iterator[subprocess.Popen[bytes]]:
    """The gateway of this school, ended with the block."""
    process = found.start_gateway()
    try:
        yield process
    finally:
        end(process)


class Wall:
    """Units as far as the wire goes: they publish alerts and hear progress."""

    def __init__(self, found: School) -> None:
        self.heard: list[Progress] = []
        self._notes: SimpleQueue[Any] = SimpleQueue()
        topics = [progress_topic(SITE, UnitId("+"))]
        broker = Broker(url=f"mqtt://127.0.0.1:{found.port}")
        self._link = ThreadedLink(
            "wall", broker, f"wall-{os.urandom(4).hex()}", topics, self._notes.put
        )
        self._link.start()
        until(lambda: isinstance(self._notes.get(timeout=patience(5)), LinkUp))

    def press(self, alert: Alert | bytes, unit: str | None = None) -> None:
        """Publish an alert, or any bytes, on a unit's alert topic."""
        payload = alert if isinstance(alert, bytes) else encode(alert)
        name = unit or (alert.unit if isinstance(alert, Alert) else "lincoln-100")
        assert self._link.publish(alert_topic(SITE, UnitId(name)), payload)

    def stages(self, alert: Alert) -> list[str]:
        """The stages heard of an alert so far, in their order."""
        while not self._notes.empty():
            note = self._notes.get()
            if isinstance(note, MessageReceived) and isinstance(
                news := decode(note.payload), Progress
            ):
                self.heard.append(news)
        return [news.stage.name for news in self.heard if news.alert == alert.alert]

    def stop(self) -> None:
        """Leave the broker."""
        self._link.stop()


def freeze(process: subprocess.Popen[bytes]) -> None:
    """Stop a process in its tracks, as a hanging machine would."""
    os.kill(process.pid, signal.SIGSTOP)


def incident_of(body: bytes) -> Any:
    """A report as a document."""
    return json.loads(body)
