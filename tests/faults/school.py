"""A whole school of real processes in a test's folder, and what its three logs say."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import tomli_w

from simulator.broker import free_port, start_broker
from simulator.process import end
from tests.faults.checker import Claim, Logs, Press, Row, Taken, delays, faults
from tests.police.school import SECRET
from tests.waiting import until

UNIT = "lincoln-204"
_GATEWAY = "import sys; from gateway.main import main; sys.exit(main())"
_REGISTER = "room,name,building,floor,unit,cameras,x,y\n204,Room 204,Main,2,lincoln-204,,,\n"


class School:
    """One unit, `gateways` gateways with a broker each, and the police; nothing runs at first."""

    def __init__(self, folder: Path, gateways: int = 1) -> None:
        self.folder = folder
        self.ports = [free_port() for _ in range(gateways)]
        self.police_port = free_port()
        self.url = f"http://127.0.0.1:{self.police_port}/reports"
        self.endpoint: dict[str, Any] = {"name": "county-911", "url": self.url}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._rows: dict[str, float] = {}
        self._done = threading.Event()
        (folder / "secret").write_text(SECRET)
        (folder / "rooms.csv").write_text(_REGISTER)
        threading.Thread(target=self._look, daemon=True).start()

    def start(self) -> None:
        """Start everything, and wait until the unit is linked to every gateway."""
        self.start_police()
        for number in range(len(self.ports)):
            self.start_broker(number)
            self.start_gateway(number)
        self.start_unit()
        until(lambda: self.says("unit", "is there") >= len(self.ports), within=20)

    def start_broker(self, number: int = 0) -> None:
        folder = self.folder / f"broker-{number}"
        folder.mkdir(exist_ok=True)
        self.running[f"broker-{number}"] = start_broker(folder, self.ports[number])

    def start_police(self) -> None:
        path = self._write(
            "police",
            listen={"port": self.police_port},
            store={"path": "police.db"},
            sender=[{"name": "lincoln", "secret_file": "secret"}],
        )
        self.run("police", "-m", "police.main", "serve", "--config", path)
        until(lambda: self.says("police", "ready"), within=20)

    def start_gateway(self, number: int = 0) -> None:
        extra: dict[str, Any] = {}
        if number:
            extra["standby"] = {"primary": {"url": self._broker(0)}}
        path = self._write(
            f"gateway-{number}",
            site={"id": "lincoln", "name": "Lincoln", "rooms": "rooms.csv"},
            mqtt={"url": self._broker(number)},
            store={"path": f"gateway-{number}.db"},
            frames={"folder": "frames"},
            endpoint=[{**self.endpoint, "secret_file": "secret"}],
            **extra,
        )
        name = f"gateway-{number}"
        self.run(name, "-c", _GATEWAY, "run", "--config", path)
        until(lambda: self.says(name, ": ready"), within=20)

    def start_unit(self, *extra: str) -> None:
        path = self._write(
            "unit",
            site="lincoln",
            unit=UNIT,
            room="204",
            journal={"path": "journal/j.db"},
            gateway=[{"url": self._broker(n)} for n in range(len(self.ports))],
        )
        log = str(self.folder / "unit.jsonl")
        self.run("unit", "-m", "tests.faults.wall", path, log, *extra)
        until(lambda: self.says("unit", "ready"), within=20)

    def press(self, word: str = "press") -> None:
        pipe = self.running["unit"].stdin
        assert pipe
        pipe.write(f"{word}\n".encode())
        pipe.flush()
        until(lambda: any(each["what"] == "press" for each in self.wall()))

    def until(self, says: str, within: float) -> None:
        """Wait until the alert has climbed to, or the lamp shows, `says`."""
        until(lambda: any(each.get("says") == says for each in self.wall()), within)

    def signal(self, name: str, number: signal.Signals) -> None:
        self.running[name].send_signal(number)
        if number is signal.SIGKILL:
            self.running[name].wait(5)
            if pipe := self.running[name].stdin:
                pipe.close()

    def run(self, name: str, *words: str) -> None:
        (self.folder / f"{name}.log").unlink(missing_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", sys.executable, *words],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=os.environ,
            )

    def says(self, name: str, words: str) -> int:
        return (self.folder / f"{name}.log").read_text().count(words)

    def check(self, bound: float, healed: float = 0.0, repeats: int = 0) -> float:
        """Judge the three logs; return the longest delay."""
        logs = self.logs()
        assert logs.presses
        assert faults(logs, bound, healed, repeats) == []
        return max(delay for delay in delays(logs, healed) if delay is not None)

    def logs(self) -> Logs:
        self._look_once()  # SENT may come within one look of RECEIVED
        wall, alert, claims = self.wall(), "", []
        for each in wall:
            alert = each.get("alert", alert)
            if each.get("says") in ("RECEIVED", "SENT", "NOT DELIVERED"):
                claims.append(Claim(each["at"], UNIT, alert, each["says"]))
        presses = [Press(each["at"], UNIT) for each in wall if each["what"] == "press"]
        rows = [Row(at, name) for name, at in self._rows.items()]
        return Logs(presses, claims, rows, self._taken())

    def wall(self) -> list[dict[str, Any]]:
        path = self.folder / "unit.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def close(self) -> None:
        self._done.set()
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            if process.stdin:
                process.stdin.close()
            end(process)

    def _taken(self) -> list[Taken]:
        ahead = time.time() - time.monotonic()
        db = sqlite3.connect(self.folder / "police.db")
        try:
            found = db.execute("SELECT received_at, body FROM report").fetchall()
        finally:
            db.close()
        return [
            Taken(at - ahead, each["unit"], each["id"], each["presses"])
            for at, body in found
            for each in json.loads(body)["alerts"]
        ]

    def _look(self) -> None:
        while not self._done.wait(0.02):
            self._look_once()

    def _look_once(self) -> None:
        for path in self.folder.glob("gateway-*.db"):
            for name in _alerts(path):
                self._rows.setdefault(name, time.monotonic())

    def _broker(self, number: int) -> str:
        return f"mqtt://127.0.0.1:{self.ports[number]}"

    def _write(self, name: str, **settings: Any) -> str:
        path = self.folder / f"{name}.toml"
        path.write_text(tomli_w.dumps(settings))
        return str(path)


def _alerts(path: Path) -> list[str]:
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.01)
        try:
            return [name for (name,) in db.execute("SELECT id FROM alert")]
        finally:
            db.close()
    except sqlite3.Error:
        return []
