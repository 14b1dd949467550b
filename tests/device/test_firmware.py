"""The whole wall unit, as it is built, against a real Mosquitto."""

import logging
from pathlib import Path

import pytest

from simulator.broker import free_port, start_broker
from simulator.process import end
from tests.device.firmware import GatewaySide, WallUnit
from tests.waiting import until
from wire.stage import Stage


def test_a_press_goes_out_and_the_answer_lights_the_lamp(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    unit = WallUnit(tmp_path, port)
    until(gateway.beats)
    pressed = unit.press()
    at, _ = until(gateway.alerts)[0]
    assert at - pressed < 0.150
    gateway.tell(Stage.DELIVERED)
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
