"""The unit's surroundings, made by hand: a wire with named traces, gateways, a disk, a clock."""

import json
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from gpiozero.pins.mock import MockFactory, MockPin

from device import clock
from device.events import Journaled, StoredAlert
from device.gpio import GpioPanel
from device.health import Health
from device.loop import Loop
from device.ports import Topics
from device.settings import DeviceSettings
from device.unit import Unit
from service.events import MessageReceived, Stop
from wire.codec import decode, encode
from wire.ids import AlertId, BootId, Monotonic, RoomId, Seconds, UnitId
from wire.messages import Alert, Heartbeat, Progress
from wire.seal import UNSEALED, Verifier
from wire.stage import Answer, Stage

BOOT = BootId("00000000-0000-4000-8000-000000000001")
UNIT, ROOM = UnitId("lincoln-204"), RoomId("204")


class Change(NamedTuple):
    """The contact closes or opens `at` seconds into a trace; a `lost` change has no edge."""

    at: float
    pressed: bool
    lost: bool


@dataclass(frozen=True)
class Trace:
    name: str
    changes: Sequence[Change]
    lasts: float
    alerts: int


def traces() -> list[Trace]:
    return [
        _trace(found) for found in json.loads(Path(__file__).with_name("traces.json").read_text())
    ]


def _trace(found: Any) -> Trace:
    at, changes = 0.0, []
    for step in found["steps"]:
        for _ in range(step.get("times", 1)):
            if "pressed" in step:
                changes.append(Change(at, True, step.get("lost") == "press"))
                at += step["pressed"]
                changes.append(Change(at, False, step.get("lost") == "release"))
            at += step["released"]
    return Trace(found["name"], changes, at, found["alerts"])


class Wire(MockPin):  # type: ignore[misc]
    """A pin whose changes carry the stamp of the trace, as the kernel's do, and may be lost."""

    def change(self, pressed: bool, at: float, lost: bool = False) -> None:
        self._state = not pressed
        self._last_change = at
        if not lost and self._when_changed is not None:
            self._call_when_changed()

    def play(self, trace: Trace) -> float:
        """Play it in its own time; return by how many seconds the latest change was late."""
        start, pause, late = time.monotonic(), threading.Event(), 0.0
        for at, pressed, lost in trace.changes:
            pause.wait(max(start + at - time.monotonic(), 0.0))
            self.change(pressed, start + at, lost)
            late = max(late, time.monotonic() - start - at)
        pause.wait(max(start + trace.lasts - time.monotonic(), 0.0))
        return late


class FakeGateway:
    """Takes all that is published; answers with `news` when told to."""

    def __init__(self, inbox: "queue.SimpleQueue[Any]") -> None:
        self.alerts: list[tuple[float, Alert]] = []
        self.beats: list[Heartbeat] = []
        self._inbox = inbox

    def publish(self, topic: str, payload: bytes) -> bool:  # noqa: ARG002
        message = decode(payload)
        if isinstance(message, Alert):
            self.alerts.append((time.monotonic(), message))
        elif isinstance(message, Heartbeat):
            self.beats.append(message)
        return True

    def answer(self, stage: Stage, presses: int = 1, answer: Answer = Answer.NONE) -> None:
        news = encode(Progress(self.alerts[-1][1].alert, stage, presses, answer))
        self._inbox.put(MessageReceived("gateway-1", "progress", news, clock.monotonic(), False))

    def ids(self) -> set[AlertId]:
        return {alert.alert for _, alert in self.alerts}


class FakeJournal:
    """A disk that takes all at once, or nothing."""

    def __init__(self, inbox: "queue.SimpleQueue[Any]", dead: bool = False) -> None:
        self.rows: dict[AlertId, StoredAlert] = {}
        self.dead = dead
        self._inbox = inbox

    def save(self, row: StoredAlert) -> None:
        if not self.dead:
            self.rows[row.alert] = row
            self._inbox.put(Journaled(row.alert, row.presses))

    def forget(self, alert: AlertId) -> None:
        self.rows.pop(alert, None)

    def well(self, now: Monotonic) -> bool:  # noqa: ARG002
        return not self.dead


class Bench:
    """The real loop on real gpiozero pins, between a fake gateway and a fake disk."""

    def __init__(
        self, *, dead_disk: bool = False, seals: Verifier = UNSEALED, **settings: Any
    ) -> None:
        self._seals = seals
        self.settings = settings_of(**settings)
        self.factory = MockFactory(pin_class=Wire)
        self.wire: Wire = self.factory.pin(self.settings.button.pin)
        self.lamp: MockPin = self.factory.pin(self.settings.lamp.pin)
        self.wire.drive_high()
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.gateway = FakeGateway(self.inbox)
        self.journal = FakeJournal(self.inbox, dead_disk)
        self.panel = GpioPanel(self.settings, self.factory, clock.monotonic, self.inbox.put)
        self.proofs = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.inbox.put(Stop())
        self._thread.join(2)
        assert not self._thread.is_alive(), "the loop did not stop"
        self.panel.close()

    def _run(self) -> None:
        now = clock.monotonic()
        Loop(
            inbox=self.inbox,
            panel=self.panel,
            journal=self.journal,
            gateways={"gateway-1": self.gateway},
            seals={"gateway-1": self._seals},
            topics=Topics("alert", "heartbeat", "progress"),
            clock=clock,
            unit=Unit(UNIT, ROOM, BOOT, spread=0.0),
            health=Health(UNIT, ROOM, BOOT, ["gateway-1"], now),
            hold=Seconds(self.settings.button.hold_seconds),
            silent=self.settings.silent,
            prove=self._prove,
        ).run()

    def _prove(self, _now: Monotonic) -> None:
        self.proofs += 1


def settings_of(**more: Any) -> DeviceSettings:
    told = {
        "site": "lincoln",
        "unit": UNIT,
        "room": ROOM,
        # The pull by itself would lift a mock pin that is held down.
        "button": {"pull": "none"},
        "gateway": [{"url": "mqtt://127.0.0.1:1"}],
    }
    return DeviceSettings.model_validate(told | more)
