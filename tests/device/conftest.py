"""A real broker, and a gateway's side of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.broker import free_port, start_broker
from simulator.process import end
from tests.device.firmware import GatewaySide


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
