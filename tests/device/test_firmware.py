"""The whole wall unit, as it is built, against a real Mosquitto."""

import logging
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from device.firmware import Firmware
from service.broker import Broker
from service.events import Arrived, LinkUp
from service.link import Link
from simulator.broker import free_port, start_broker
from simulator.process import end
from tests.device.fakes import UNIT, settings_of
from tests.waiting import until
from wire.codec import decode, encode
from wire.ids import SiteId
from wire.messages import Alert, Heartbeat, Message, Progress
from wire.stage import Stage
from wire.topics import all_up, progress_topic

SITE = SiteId("lincoln")


class GatewaySide:
    """What a gateway hears, over a real link."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[float, Message]] = []
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        broker = Broker(url=f"mqtt://127.0.0.1:{port}")
        self._link = Link("unit", broker, "gateway", [all_up(SITE)], self._events.put)
        self._link.start()
        assert isinstance(self._events.get(timeout=5), LinkUp)

    def alerts(self) -> list[tuple[float, Alert]]:
        self._listen()
        return [(at, each) for at, each in self.heard if isinstance(each, Alert)]

    def beats(self) -> list[Heartbeat]:
        self._listen()
        return [each for _, each in self.heard if isinstance(each, Heartbeat)]

    def tell(self, stage: Stage) -> None:
        news = Progress(self.alerts()[-1][1].alert, stage, self.alerts()[-1][1].presses)
        self._link.publish(progress_topic(SITE, UNIT), encode(news))

    def stop(self) -> None:
        self._link.stop()

    def _listen(self) -> None:
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, Arrived):
                self.heard.append((event.at, decode(event.payload)))


class WallUnit:
    """The firmware on mock pins, in a thread."""

    def __init__(self, folder: Path, *ports: int, path: Path | None = None) -> None:
        settings = settings_of(
            journal={"path": path or folder / "j.db"},
            gateway=[{"url": f"mqtt://127.0.0.1:{port}"} for port in ports],
        )
        board = MockFactory()
        self.button, self.lamp = board.pin(17), board.pin(27)
        self.button.drive_high()
        self.firmware = Firmware(settings, board)
        self.thread = threading.Thread(target=self.firmware.run, daemon=True)
        self.thread.start()

    def press(self) -> float:
        at = time.monotonic()
        self.button.drive_low()
        threading.Event().wait(0.06)
        self.button.drive_high()
        return at

    def stop(self) -> None:
        self.firmware.stop()
        self.thread.join(2)
        assert not self.thread.is_alive(), "the firmware did not end within 2 s"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    found = free_port()
    broker = start_broker(tmp_path, found)
    yield found
    end(broker)


@pytest.fixture
def gateway(port: int) -> Iterator[GatewaySide]:
    side = GatewaySide(port)
    yield side
    side.stop()


def test_a_press_goes_out_and_the_answer_lights_the_lamp(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    unit = WallUnit(tmp_path, port)
    until(gateway.beats)
    pressed = unit.press()
    at, _ = until(gateway.alerts)[0]
    assert at - pressed < 0.150
    gateway.tell(Stage.SENT)
    until(lambda: unit.lamp.state)
    gateway.tell(Stage.CLOSED)
    until(lambda: not unit.lamp.state)
    unit.stop()


def test_a_restart_with_an_open_alert_tells_the_same_alert_again(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    unit = WallUnit(tmp_path, port)
    until(gateway.beats)
    pressed = unit.press()
    first = until(gateway.alerts)[0][1]
    unit.stop()
    gateway.heard.clear()
    unit = WallUnit(tmp_path, port)
    at, again = until(gateway.alerts)[0]
    assert (again.alert, again.boot, again.seq) == (first.alert, first.boot, first.seq)
    assert again.age == pytest.approx(at - pressed, abs=0.1)
    unit.stop()


def test_a_closed_alert_does_not_come_back_after_a_restart(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    unit = WallUnit(tmp_path, port)
    until(gateway.beats)
    unit.press()
    until(gateway.alerts)
    gateway.tell(Stage.CLOSED)
    until(lambda: not unit.lamp.state)
    unit.stop()
    gateway.heard.clear()
    unit = WallUnit(tmp_path, port)
    assert until(gateway.beats)[0].open == ()
    assert gateway.alerts() == []
    unit.stop()


def test_a_journal_folder_that_cannot_be_does_not_stop_a_press(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    (tmp_path / "file").touch()
    unit = WallUnit(tmp_path, port, path=tmp_path / "file" / "j.db")
    until(lambda: any("journal" in beat.troubles for beat in gateway.beats()))
    pressed = unit.press()
    at, _ = until(gateway.alerts)[0]
    assert at - pressed < 0.150
    unit.stop()


def test_an_alert_goes_to_every_gateway_and_one_that_is_away_stops_nothing(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    unit = WallUnit(tmp_path, free_port(), port, port)
    until(lambda: len(gateway.beats()) >= 2)
    unit.press()
    until(lambda: len(gateway.alerts()) >= 2, within=0.5)
    assert len({alert.alert for _, alert in gateway.alerts()}) == 1
    unit.stop()


def test_a_press_while_the_broker_is_away_goes_out_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    unit = WallUnit(tmp_path, port)
    unit.press()
    until(lambda: unit.lamp.state)
    broker = start_broker(tmp_path, port)
    gateway = GatewaySide(port)
    until(gateway.alerts, within=8)
    gateway.stop()
    unit.stop()
    end(broker)


def test_ready_is_logged_without_waiting_for_any_network(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    unit = WallUnit(tmp_path, free_port())
    until(lambda: "ready" in caplog.messages, within=1)
    unit.stop()


@pytest.fixture
def process(tmp_path: Path, port: int, request: pytest.FixtureRequest) -> Iterator[Any]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.device.wall", str(tmp_path), str(port), request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as found:
        yield found
        found.kill()


def say(process: Any, word: str) -> None:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


@pytest.mark.parametrize("process", ["mock"], indirect=True)
@pytest.mark.alone
def test_a_unit_at_rest_takes_45_mb_and_2_percent_of_a_core_at_most(
    process: Any, gateway: GatewaySide
) -> None:
    until(gateway.beats)
    say(process, "press")
    until(gateway.alerts)
    gateway.tell(Stage.SENT)
    say(process, "rest 5")
    resident, busy = map(float, process.stdout.readline().split())
    print(f"a unit at rest: {resident:.1f} MB resident, {busy:.2f} % of a core")
    assert resident <= 45
    assert busy <= 2


@pytest.mark.parametrize("process", ["mock"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_2_s_with_0(
    process: Any, gateway: GatewaySide, number: signal.Signals
) -> None:
    until(gateway.beats, within=10)
    process.send_signal(number)
    assert process.wait(2) == 0


@pytest.mark.parametrize("process", ["rpi"], indirect=True)
def test_where_only_rpi_gpio_exists_it_starts_and_a_floating_line_does_not_alarm(
    process: Any, gateway: GatewaySide
) -> None:
    until(gateway.beats, within=10)
    say(process, "rest 5")
    busy = float(process.stdout.readline().split()[1])
    print(f"a floating line: {busy:.2f} % of a core")
    assert gateway.alerts() == []
    say(process, "end")
    assert process.wait(5) == 0
    assert "ready" in process.stderr.read()
