"""A gateway that `tocsin-gateway init` made, with its broker and its authority, for tests."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gateway.config.settings import GatewaySettings
from gateway.trust.bootstrap import bootstrap
from gateway.trust.bootstrap_plan import BootstrapPlan
from service.broker import Broker
from service.settings import load
from simulator.broker import free_port
from simulator.process import end, start
from tests.waiting import patience, until
from wire.ids import SiteId, Wall

BIN = Path(sys.executable).parent
HEADER = "room,name,building,floor,unit,cameras,x,y\n"


def broker_of(supervisor: int) -> int:
    """Return the process of the broker that this one keeps, once it runs; 0 until then."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    found = [pid for pid in children if _program(pid) == "mosquitto"]
    return int(found[0]) if found else 0


def _program(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""  # it has ended


def run(command: str, *words: object, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Run a command of ours, with `typed` on its standard input."""
    return subprocess.run(
        [str(BIN / command), *map(str, words)],
        input=typed, capture_output=True, text=True, timeout=patience(60),
    )  # fmt: skip


def code_in(label: str) -> str:
    """The code on a label of a terminal."""
    (code,) = re.findall(r"(?m)^  code      (\S+)$", label)
    return str(code)


class School:
    """A founded gateway; its processes are started by a test as it needs them."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        self.folder = folder
        self.config = folder / "gateway.toml"
        self.register = folder / "register" / "rooms.csv"
        self.broker_port, self.authority_port = free_port(), free_port()
        self._ending = ending

    def plan(self) -> BootstrapPlan:
        return BootstrapPlan(
            SiteId("lincoln"),
            "Lincoln School",
            ("127.0.0.1",),
            self.folder,
            self.folder / "state",
            self.folder / "frames",
            self.broker_port,
            self.authority_port,
            free_port(),
        )

    def init(self) -> "subprocess.CompletedProcess[str]":
        return run(
            "tocsin-gateway", "init", "--folder", self.folder, "--state", self.folder / "state",
            "--name", "Lincoln School", "--site", "lincoln", "--host", "127.0.0.1",
            "--broker-port", self.broker_port, "--authority-port", self.authority_port,
            "--console-port", free_port(),
        )  # fmt: skip

    def settings(self) -> GatewaySettings:
        return load(self.config, GatewaySettings)

    def gateway(self, *words: object, typed: str = "") -> "subprocess.CompletedProcess[str]":
        command, *rest = words
        return run("tocsin-gateway", command, "--config", self.config, *rest, typed=typed)

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        log = self.log(name)
        process = start([str(BIN / "tocsin-gateway"), name, "--config", str(self.config)], log)
        self._ending.callback(end, process)
        until(lambda: log.exists() and ": ready\n" in log.read_text(), within=20.0)
        return process

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def rooms(self, *rooms: str) -> None:
        lines = "".join(f"{room},,Main,1,,,,\n" for room in rooms)
        self.register.write_text(HEADER + lines)

    def code(self, room: str, verb: str = "enrol") -> str:
        said = self.gateway(verb, room)
        assert said.returncode == 0, said.stderr
        return code_in(said.stdout)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.authority_port}"

    def join(self, code: str, folder: Path, url: str = "") -> "subprocess.CompletedProcess[str]":
        words = "join", url or self.url, "--folder", folder
        return run("tocsin-device", *words, typed=code)

    def identity(self, name: str) -> Broker:
        return Broker(
            url=f"mqtts://127.0.0.1:{self.broker_port}",
            ca=self.folder / "ca.crt",
            cert=self.folder / f"gateway/{name}.crt",
            key=self.folder / f"gateway/{name}.key",
        )


@contextmanager
def school(folder: Path) -> Iterator[School]:
    """A gateway made in `folder`; what was started ends in the end."""
    with ExitStack() as ending:
        made = School(folder, ending)
        bootstrap(made.plan(), Wall(time.time()))
        yield made


def modes(folder: Path) -> dict[str, int]:
    """The mode of every key in `folder`."""
    return {
        os.path.relpath(path, folder): path.stat().st_mode & 0o777 for path in folder.rglob("*.key")
    }
