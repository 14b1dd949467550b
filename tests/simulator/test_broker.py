"""The broker of our own answers on the port it was given, and says why when it cannot."""

import socket
from pathlib import Path

import pytest

from simulator.broker import free_port, start_broker
from simulator.process import ProcessError, end
from tests.waiting import patience


def test_the_broker_answers_as_soon_as_it_is_returned(tmp_path: Path) -> None:
    port = free_port()
    broker = start_broker(tmp_path, port)
    try:
        socket.create_connection(("127.0.0.1", port), timeout=patience(1)).close()
    finally:
        end(broker)
    assert broker.poll() is not None


def test_a_broker_whose_port_is_taken_is_named_with_its_last_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ProcessError, match=r"mosquitto(?s:.*)Address already in use"):
            start_broker(tmp_path, taken.getsockname()[1])
