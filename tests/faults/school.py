"""A whole school of real processes in a test's folder, and what is done to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w

from gateway.trust.broker.acl import CANARIES
from simulator.broker import free_port, start_broker
from simulator.process import end
from tests import pace
from tests.faults.records import Records
from tests.faults.trust import Trust
from tests.police.school import SECRET
from tests.waiting import until

# Each connection has an address of its own, so that a test can cut one and leave the others.
GATEWAYS_ADDRESS, UNITS_ADDRESS, STANDBYS_ADDRESS = "127.0.0.1", "127.0.0.2", "127.0.0.3"


class School(Records):
    """Units in `rooms`, `gateways` gateways with a broker each, and the police; nothing runs yet.

    With `trust` everybody shows the brokers a certificate of the school's own authority.  Before
    something starts a test may change `endpoint`, `others` beside it, `more` (gateway.toml),
    `police_tls`, `words` (what a process is started through), `env`, and `broker_addresses` (where
    a unit finds each broker).
    """

    def __init__(
        self,
        folder: Path,
        gateways: int = 1,
        rooms: Sequence[str] = ("204",),
        trust: Trust | None = None,
    ) -> None:
        super().__init__(folder, rooms, gateways)
        self.ports = [free_port() for _ in range(gateways)]
        self.broker_addresses = [f"{UNITS_ADDRESS}:{port}" for port in self.ports]
        self.police_port = free_port()
        self.url = f"http://127.0.0.1:{self.police_port}/reports"
        self.endpoint: dict[str, Any] = {
            "name": "county-911",
            "url": self.url,
            "secret_file": "secret",
        }
        self.others: list[dict[str, Any]] = []
        self.more: dict[str, Any] = {}
        self.police_tls: dict[str, str] = {}
        self.words: dict[str, list[str]] = {}
        self.env: dict[str, dict[str, str]] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._trust = trust
        (folder / "secret").write_text(SECRET)
        lines = [f"{room},Room {room},Main,2,lincoln-{room},,," for room in rooms]
        head = "room,name,building,floor,unit,cameras,x,y"
        (folder / "rooms.csv").write_text("\n".join([head, *lines]) + "\n")
        for number in range(gateways):
            self.store(number).parent.mkdir()
        if trust:
            trust.sign(folder, "broker", "gateway")
            trust.sign(folder / "units", *(f"lincoln-{room}" for room in rooms))
            trust.sign(folder / "canaries", *CANARIES)
            self.more["trust"] = {"unit_certificates": "units", "forgery_probe": "canaries"}
        self.watch()

    # What is started, in its order.

    def start(self) -> None:
        """Start everything, and wait until the units are linked to every gateway."""
        self.start_police()
        for number in range(len(self.ports)):
            self.start_broker(number)
            self.start_gateway(number)
        self.start_units()
        self.linked()

    def linked(self, within: float = 20) -> None:
        """Wait until every unit has a link to every gateway."""
        links = len(self.ports) * len(self.rooms)
        until(lambda: self.says("units", ": connected") >= links, within)

    def start_broker(self, number: int = 0) -> None:
        folder = self.folder / f"broker-{number}"
        folder.mkdir(exist_ok=True)
        name, port = f"broker-{number}", self.ports[number]
        if self._trust:
            self.running[name] = self._trust.broker(self.folder, port)
        else:
            self.running[name] = start_broker(folder, port, also=(UNITS_ADDRESS, STANDBYS_ADDRESS))

    def start_police(self) -> None:
        path = self._write(
            "police",
            listen={"port": self.police_port, **self.police_tls},
            store={"path": "police.db"},
            sender=[{"name": "lincoln", "secret_file": "secret"}],
        )
        self.run("police", "-m", "police.main", "serve", "--config", path)
        until(lambda: self.says("police", "ready"), within=20)

    def start_gateway(self, number: int = 0, ready: str = "broker: connected") -> None:
        self.launch_gateway(number)
        until(lambda: self.says(f"gateway-{number}", ready), within=20)

    def launch_gateway(self, number: int = 0, failpoint: str = "") -> None:
        """Start a gateway and wait for nothing; with a `failpoint` it will end itself there."""
        path = self.write_gateway(number)
        words = _python("gateway.main", failpoint)
        self.run(f"gateway-{number}", *words, "run", "--config", path)

    def write_gateway(self, number: int = 0) -> str:
        more = dict(self.more)
        if number:
            more["standby"] = {"primary": self._broker(f"{STANDBYS_ADDRESS}:{self.ports[0]}")}
        return self._write(
            f"gateway-{number}",
            site={"id": "lincoln", "name": "Lincoln", "rooms": "rooms.csv"},
            mqtt=self._broker(f"{GATEWAYS_ADDRESS}:{self.ports[number]}"),
            store={"path": str(self.store(number))},
            frames={"directory": "frames"},
            endpoint=[self.endpoint, *self.others],
            **more,
        )

    def start_units(self, *words: str, failpoint: str = "") -> None:
        """Start the wall; `held`: every button is down already."""
        paths = [
            self._write(
                f"unit-{room}",
                site="lincoln",
                unit=f"lincoln-{room}",
                room=room,
                journal={"path": f"journal-{room}/j.db"},
                gateway=[
                    self._broker(address, f"lincoln-{room}") for address in self.broker_addresses
                ],
            )
            for room in self.rooms
        ]
        through = _python("tests.faults.wall", failpoint)
        self.run("units", *through, str(self.log), *paths, *words)
        until(lambda: self.says("units", "ready") >= len(self.rooms), within=30)

    def run(self, name: str, *words: str) -> None:
        self._set_log_aside(name)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [
                    "setpriv",
                    "--pdeathsig",
                    "KILL",
                    *self.words.get(name, ()),
                    sys.executable,
                    *words,
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.env.get(name, {})},
            )

    # What is done to it.

    def press(self, room: str = "204") -> None:
        """Press a button, and wait until it is down."""
        before = len(self.presses(room))
        self.order("press", room)
        until(lambda: len(self.presses(room)) > before)

    def press_again(self, room: str = "204") -> None:
        """Press it once more, half a second later, and wait until the police have both presses."""
        count = len(self.presses(room)) + 1
        self.order("pressing", room, json.dumps([(0.5, True), (0.6, False)]))
        until(lambda: any(each.presses == count for each in self.logs().taken), within=10)

    def act(self, what: str) -> None:
        """Have a named person of the school do this to whatever is open, at its terminal."""
        for incident in self.open_incidents():
            assert self.terminal(what, incident, "--by", "Ms Ito").returncode == 0

    def terminal(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the gateway, as a person does: on the slowest machine as on others."""
        command = [sys.executable, *_python("gateway.main", ""), *words]
        return subprocess.run(
            [*command, "--config", self.write_gateway()],
            capture_output=True, text=True, timeout=20 * pace.MOST,
        )  # fmt: skip

    def order(self, word: str, room: str = "204", more: str = "") -> None:
        """Tell the wall to do something; see wall.py."""
        pipe = self.running["units"].stdin
        assert pipe
        pipe.write(f"{word} {room} {more}\n".encode())
        pipe.flush()

    def signal(self, name: str, number: signal.Signals) -> None:
        self.running[name].send_signal(number)
        if number is signal.SIGKILL:
            self.ended(name)

    def ended(self, name: str, within: float = 10) -> int:
        """Wait until a process has ended; return how."""
        code = self.running[name].wait(within)
        if pipe := self.running[name].stdin:
            pipe.close()
        return code

    def close(self) -> None:
        self.stop_watching()
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            if process.stdin:
                process.stdin.close()
            end(process)

    def _set_log_aside(self, name: str) -> None:
        """A process that starts again is judged by what it says from then on."""
        log = self.folder / f"{name}.log"
        if log.exists():
            lives = len(list(self.folder.glob(f"{name}.life-*")))
            log.rename(self.folder / f"{name}.life-{lives + 1}")

    def _broker(self, address: str, name: str = "gateway") -> dict[str, str]:
        if self._trust is None:
            return {"url": f"mqtt://{address}"}
        port = address.split(":")[1]  # certificates are for 127.0.0.1
        ours = "" if name == "gateway" else "units/"
        files = {"ca": "ca.crt", "cert": f"{ours}{name}.crt", "key": f"{ours}{name}.key"}
        judge = {"gateway_cert": "gateway.crt"} if ours else {}
        return {"url": f"mqtts://127.0.0.1:{port}", **files, **judge}

    def _write(self, name: str, **settings: Any) -> str:
        path = self.folder / f"{name}.toml"
        path.write_text(tomli_w.dumps(settings))
        return str(path)


def _python(module: str, failpoint: str) -> list[str]:
    if failpoint:
        return ["-m", "tests.faults.failpoints", failpoint, module]
    return ["-c", f"import sys; from {module} import main; sys.exit(main())"]
