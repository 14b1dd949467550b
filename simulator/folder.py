"""The folder of one run: settings made from the examples in config/, a secret, logs and stores.

The examples are what an installer starts from, so only what one machine must differ in is changed:
addresses, ports, paths, and a secret made afresh.
"""

import base64
import csv
import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomli_w

from simulator.credentials import found_gateway, join_units
from simulator.ports import Ports

_PROJECT: Final = Path(__file__).resolve().parent.parent
_EXAMPLES: Final = _PROJECT / "config"
_RUNS: Final = _PROJECT / ".run"
_SECRET_BYTES: Final = 32

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """What was written for one run; `password` is that of the console's administrator."""

    path: Path
    gateway: Path
    police: Path
    site: str
    rooms: tuple[Row, ...]
    units: tuple[Path, ...]
    password: str

    def log(self, name: str) -> Path:
        """Where the process called `name` writes its log."""
        return self.path / f"{name}.log"


@contextmanager
def run_folder(ports: Ports) -> Iterator[RunFolder]:
    """Write the folder `.run/school-<pid>`, which only we may read, and remove it at the end.

    After an error it is kept, for its logs, until a later run clears it away.
    """
    _RUNS.mkdir(exist_ok=True)
    path = _RUNS / f"school-{os.getpid()}"
    _clear_away_old_runs(path)
    try:
        path.mkdir(mode=0o700)
        yield _write(path, ports)
    except KeyboardInterrupt:
        _clear_away(path)
        raise
    _clear_away(path)


def _clear_away_old_runs(ours: Path) -> None:
    """Clear away what ended runs left, also one that had the number that is ours now."""
    for path in _RUNS.glob("school-*"):
        number = path.name.removeprefix("school-")
        if path == ours or (number.isdecimal() and not Path(f"/proc/{number}").exists()):
            _clear_away(path)


def _clear_away(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, ports: Ports) -> RunFolder:
    made, password = found_gateway(path, _example("gateway.toml")["site"], ports.broker)
    secret = path / "school.secret"
    secret.touch(mode=0o600)
    secret.write_text(f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}\n")
    register = (_EXAMPLES / "rooms.csv").read_text(encoding="utf-8")
    (path / "rooms.csv").write_text(register, encoding="utf-8")
    rooms = tuple(csv.DictReader(register.splitlines()))
    gateway = _gateway(made, ports)
    settings = _write_settings(path / "gateway.toml", gateway)
    units = join_units(settings, path / "units")
    return RunFolder(
        path=path,
        gateway=settings,
        police=_write_settings(path / "police.toml", _police(path, ports)),
        site=gateway["site"]["name"],
        rooms=rooms,
        units=tuple(_on_this_machine(unit) for unit in units),
        password=password,
    )


def _gateway(made: dict[str, Any], ports: Ports) -> dict[str, Any]:
    # Only what is named here is taken over: no press in a simulation may reach a real address.
    example = _example("gateway.toml")
    return {
        **made,
        "site": example["site"],
        "incidents": example["incidents"],
        # On loopback a browser needs no certificate that it would warn of.
        "console": {"port": ports.console, "plans": str(_EXAMPLES / "plans")},
        "endpoint": [
            {
                "name": example["endpoint"][0]["name"],
                "url": f"http://127.0.0.1:{ports.police}/reports",
                "acknowledgements_url": f"http://127.0.0.1:{ports.police}/reports/answers",
                "frames_url": f"http://127.0.0.1:{ports.police}/reports/live/frames",
                "secret_file": "school.secret",
            }
        ],
        "camera": example["camera"],
    }


def _police(path: Path, ports: Ports) -> dict[str, Any]:
    example = _example("police.toml")
    return {
        **example,
        "listen": {"host": "127.0.0.1", "port": ports.police},
        "store": {"path": str(path / "police.db")},
        "page": {"frame_ancestors": f"http://127.0.0.1:{ports.page}"},
        "sender": [{**example["sender"][0], "secret_file": "school.secret"}],
    }


def _on_this_machine(joined: Path) -> Path:
    """Let a unit that has joined keep its journal beside its settings."""
    told = tomllib.loads(joined.read_text(encoding="utf-8"))
    return _write_settings(joined, {**told, "journal": {"path": str(joined.parent / "journal.db")}})


def _example(name: str) -> dict[str, Any]:
    return tomllib.loads((_EXAMPLES / name).read_text(encoding="utf-8"))


def _write_settings(path: Path, settings: Mapping[str, Any]) -> Path:
    path.write_text(tomli_w.dumps(settings), encoding="utf-8")
    return path
