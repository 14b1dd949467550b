"""The three ways from a unit to the endpoint, each with a broker and an endpoint of its own.

Every process is started new for each round, so that no round sees the incident of another.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.cost import Cost, cost_of
from bench.endpoint import Seen, read_seen
from bench.load import Fleet
from bench.school import ROOMS, write_gateway
from simulator.broker import free_port, start_broker
from simulator.process import ProcessError, end, last_words, start

SOCKETS: Final = "sockets"
SCRIPT: Final = "script"
TOCSIN: Final = "tocsin"
ALL: Final = (SOCKETS, SCRIPT, TOCSIN)

# Starting on a busy single-board computer; a process that takes longer has failed.
_READY_WITHIN_S: Final = 20.0
_GATEWAY: Final = "import sys; from gateway.main import main; sys.exit(main())"
# Debian keeps it where only root's PATH looks.
_MOSQUITTO: Final = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
# What Mosquitto does if it is told nothing: the script's author has told it nothing.
_PLAIN_BROKER: Final = "listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n"


Popen = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way from a unit to the endpoint, up and running."""

    name: str
    folder: Path
    port: int
    endpoint_port: int
    process: Popen

    def connect(self, count: int) -> Fleet:
        """Connect `count` units to it."""
        return Fleet(self.port, count, bare=self.name == SOCKETS)

    def seen(self) -> Seen:
        """What arrived at its endpoint so far."""
        return read_seen(self.endpoint_port)

    def cost(self) -> Cost:
        """What the gateway process alone has cost so far; raises ProcessError if it has ended."""
        if self.process.poll() is not None:
            raise ProcessError(f"{self.name} ended:\n{last_words(self.folder / 'gateway.log')}")
        return cost_of(self.process.pid)


@contextmanager
def running(
    name: str, delay: float = 0.0, rooms: int = ROOMS, more: str = ""
) -> Iterator[Contender]:
    """Run contender `name` in a school of `rooms`; its endpoint answers after `delay` seconds.

    `more` is what Tocsin's settings hold beside what the bench's school needs.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"bench-{name}-")))
        port, endpoint_port = free_port(), free_port()
        started(stack, folder / "endpoint.log", "bench.endpoint", str(endpoint_port), str(delay))
        wait_for_port(endpoint_port)
        if name == TOCSIN:
            write_gateway(folder, port, endpoint_port, rooms, more)
        process = _STARTS[name](stack, folder, port, endpoint_port)
        contender = Contender(name, folder, port, endpoint_port, process)
        yield contender
        contender.cost()  # raises if it ended on the way


def started(stack: ExitStack, log: Path, module: str, *args: str) -> Popen:
    """Start a module of the bench as a process that ends with `stack`."""
    child = start([sys.executable, "-m", module, *args], log)
    stack.callback(end, child)
    return child


def start_gateway(stack: ExitStack, folder: Path, command: str, config: Path) -> Popen:
    """Start `tocsin-gateway <command>` and return once it says that it is ready."""
    log = folder / ("gateway.log" if command == "run" else f"{command}.log")
    child = start([sys.executable, "-c", _GATEWAY, command, "--config", str(config)], log)
    stack.callback(end, child)
    wait_until_ready(child, log)
    return child


def wait_until_ready(child: Popen, log: Path) -> None:
    """Return once a line of `log` says `ready`; raises ProcessError after 20 s or if it ends."""
    deadline = time.monotonic() + _READY_WITHIN_S
    while not re.search(r"(?m)^(.*: )?ready\b", log.read_text(errors="replace")):
        if child.poll() is not None or time.monotonic() > deadline:
            raise ProcessError(f"{log.stem} is not ready:\n{last_words(log)}")
        time.sleep(0.02)


def wait_for_port(port: int) -> None:
    """Return once somebody listens on `port`; raises ProcessError after 20 s."""
    listening = f"0100007F:{port:04X} 00000000:0000 0A"
    deadline = time.monotonic() + _READY_WITHIN_S
    while listening not in Path("/proc/net/tcp").read_text():
        if time.monotonic() > deadline:
            raise ProcessError(f"nobody listens on port {port}")
        time.sleep(0.02)


def _start_sockets(stack: ExitStack, folder: Path, port: int, endpoint: int) -> Popen:
    log = folder / "gateway.log"
    child = started(stack, log, "bench.socket_gateway", str(port), str(endpoint))
    wait_for_port(port)
    return child


def _start_script(stack: ExitStack, folder: Path, port: int, endpoint: int) -> Popen:
    configuration = folder / "plain.conf"
    configuration.write_text(_PLAIN_BROKER.format(port=port))
    broker = start([_MOSQUITTO, "-c", str(configuration)], folder / "mosquitto.log")
    stack.callback(end, broker)
    wait_for_port(port)
    url = f"http://127.0.0.1:{endpoint}/alerts"
    child = started(stack, folder / "gateway.log", "bench.script_gateway", str(port), url)
    wait_until_ready(child, folder / "gateway.log")
    return child


def _start_tocsin(stack: ExitStack, folder: Path, port: int, _endpoint: int) -> Popen:
    stack.callback(end, start_broker(folder, port))
    return start_gateway(stack, folder, "run", folder / "gateway.toml")


_STARTS: Final = {SOCKETS: _start_sockets, SCRIPT: _start_script, TOCSIN: _start_tocsin}
