"""A school as `tocsin-gateway init` makes it, on real processes, with units that have joined."""

import contextlib
import os
import signal
import subprocess
import time
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import tomli_w

from device.settings import DeviceSettings
from service.broker import Broker
from service.events import LinkUp, MessageReceived
from service.sealed import signer_with
from service.settings import load
from tests.gateway.endpoint import SECRET, Endpoint
from tests.service.brokers import linked
from tests.trust.founded import School, school
from tests.waiting import until
from wire.codec import decode, encode
from wire.ids import AlertId, BootId, RoomId, Seconds, SiteId, UnitId
from wire.messages import Alert, Heartbeat, Progress
from wire.seal import NO_SEAL, Seal
from wire.stage import Stage
from wire.topics import alert_topic, heartbeat_topic, progress_topic

SITE = SiteId("lincoln")
A, B = UnitId("lincoln-204"), UnitId("lincoln-205")
# Has not joined yet: for the test that throws it out.
C = UnitId("lincoln-206")


class Deployment:
    """The school with two units that have joined, its gateway, and the police."""

    def __init__(self, made: School, folder: Path, endpoint: Endpoint) -> None:
        self.made = made
        self.folder = folder
        self.endpoint = endpoint
        made.rooms("204", "205", "206")
        self._write_settings()
        self.serving = {name: made.start(name) for name in ("broker", "ca")}
        for unit in (A, B):
            self.join(unit)
        self.gateway = made.start("run")
        until(lambda: "broker: connected" in self.log(), 20)

    def join(self, unit: UnitId) -> None:
        """Let a unit join, as an installer does."""
        code = self.made.code(unit.removeprefix("lincoln-"))
        said = self.made.join(code, self.folder / unit)
        assert said.returncode == 0, said.stderr

    def restart_gateway(self) -> None:
        """End the gateway, and start it again."""
        self.gateway.send_signal(signal.SIGTERM)
        self.gateway.wait(10)
        self.made.log("run").unlink()
        self.gateway = self.made.start("run")
        until(lambda: "broker: connected" in self.log(), 20)

    def log(self, name: str = "run") -> str:
        path = self.made.log(name)
        return path.read_text() if path.exists() else ""

    def identity(self, unit: UnitId) -> Broker:
        """The way to the broker as the unit itself has it."""
        return load(self.folder / unit / "device.toml", DeviceSettings).gateway[0]

    def seal(self, unit: UnitId, topic: str, payload: bytes) -> Seal:
        return signer_with(self.folder / unit / "unit.key").seal(topic, payload)

    def press(self, unit: UnitId, alert: Alert | bytes | None = None, sealed: bool = True) -> Any:
        """The unit tells an alert, and repeats it until the police have it; returns its entry."""
        told = alert or press_of(unit)
        payload = told if isinstance(told, bytes) else encode(told)
        topic = alert_topic(SITE, unit)
        seal = self.seal(unit, topic, payload) if sealed else NO_SEAL
        before = len(self.endpoint.bodies)
        with linked(self.identity(unit), unit) as (link, heard):
            heard.next(LinkUp)
            name = told.alert if isinstance(told, Alert) else None
            for _ in range(5):
                assert link.publish(topic, payload, seal)
                with contextlib.suppress(AssertionError):
                    return until(lambda: self.told(name, before), 1.0)
            raise AssertionError(f"the police were not told of {unit}: {self.log()}")

    def delivered(self, unit: UnitId) -> float:
        """The unit presses and repeats; return after how many seconds its lamp is solid."""
        alert, began = press_of(unit), time.monotonic()
        solid = Progress(alert.alert, Stage.DELIVERED, 1)
        topic, payload = alert_topic(SITE, unit), encode(alert)
        with linked(self.identity(unit), unit, progress_topic(SITE, unit)) as (link, heard):
            heard.next(LinkUp)
            seal = self.seal(unit, topic, payload)

            def is_solid() -> bool:
                link.publish(topic, payload, seal)
                with contextlib.suppress(Empty):
                    while solid != decode(heard.next(MessageReceived, 1.0).payload):
                        pass
                    return True
                return False

            until(is_solid, 30)
        return time.monotonic() - began

    def told(self, alert: str | None, since: int = 0) -> Any:
        """What the newest report says of an alert; of the newest one if None."""
        for report in reversed(self.endpoint.reports()[since:]):
            for each in reversed(report["alerts"]):
                if alert in (None, each["id"]):
                    return each
        return None

    def alerts(self) -> dict[str, Any]:
        """Every alert that any report named, by its id."""
        return {each["id"]: each for report in self.endpoint.reports() for each in report["alerts"]}

    def incidents(self) -> set[str]:
        return {report["incident"]["id"] for report in self.endpoint.reports()}

    def close(self) -> None:
        """A person closes whatever is open."""
        for line in self._open_incidents():
            self.made.gateway("close", line.split()[1], "--by", "Ms Ito")
        until(lambda: not self._open_incidents(), 10)

    def _open_incidents(self) -> list[str]:
        """The status lines of incidents that nobody has closed."""
        lines = self.made.gateway("status").stdout.splitlines()
        return [line for line in lines if line.startswith("incident ") and "closed" not in line]

    def _write_settings(self) -> None:
        settings = tomllib.loads(self.made.config.read_text())
        settings["endpoint"] = [
            {"name": "county-911", "url": self.endpoint.url, "secret_file": "secret"}
        ]
        settings["frames"] = {"directory": "frames"}
        (self.made.folder / "secret").write_text(SECRET)
        self.made.config.write_text(tomli_w.dumps(settings))


@contextmanager
def deployment(folder: Path) -> Iterator[Deployment]:
    with ExitStack() as stack:
        endpoint = stack.enter_context(Endpoint())
        made = stack.enter_context(school(folder / "gateway"))
        yield Deployment(made, folder, endpoint)


def press_of(unit: UnitId, **more: Any) -> Alert:
    """A press on the unit, as its firmware would tell it."""
    fields: dict[str, Any] = {
        "alert": AlertId(str(uuid.uuid4())),
        "unit": unit,
        "room": RoomId(unit.removeprefix("lincoln-")),
        "kind": "panic",
        "boot": BootId(str(uuid.uuid4())),
        "seq": 1,
        "age": Seconds(0.01),
        "pressed_at": None,
        "presses": 1,
    }
    return Alert(**{**fields, **more})


def beat_of(unit: UnitId) -> tuple[str, bytes]:
    """A heartbeat of the unit, and its topic."""
    boot = BootId(str(uuid.uuid4()))
    room = RoomId(unit.removeprefix("lincoln-"))
    return heartbeat_topic(SITE, unit), encode(Heartbeat(unit, room, boot, 1, Seconds(1), (), ()))


def rss(process: subprocess.Popen[bytes]) -> int:
    """Bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
