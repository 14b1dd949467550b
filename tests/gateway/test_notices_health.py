"""What the gateway believes of the process that tells people: one small file, as a stranger's."""

import json
import os
import time
from pathlib import Path

import pytest

from gateway.notices.health import Health, HealthOfNotices, fault_of
from wire.ids import Monotonic

NOW = Monotonic(5000.0)


def test_who_cannot_be_reached_is_told_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "health.json"
    health = Health(file)
    health.say({}, NOW)
    assert fault_of(file, NOW) is None
    health.say({"Ms. Lee": "no carrier took notice 3 of broker"}, NOW)
    assert fault_of(file, NOW) == "Ms. Lee: no carrier took notice 3 of broker"


def test_a_process_that_is_silent_is_told_once_it_had_time_to_start(tmp_path: Path) -> None:
    began = Monotonic(time.monotonic())
    file = tmp_path / "health.json"
    assert HealthOfNotices(file, began).check().detail is None
    old = HealthOfNotices(file, Monotonic(began - 1000))
    assert "not said yet" in str(old.check().detail)
    Health(file).say({}, Monotonic(began - 300))
    assert "no sign of life" in str(old.check().detail)


def said(words: str) -> bytes:
    return json.dumps({"at": 5000.0, "unreached": {"a\x1b[0m\n": words}}).encode()


RUBBISH = (
    b"",
    b"[]",
    b"{",
    b'{"at": "x", "unreached": {}}',
    b'{"at": 5000}',
    b'{"at": 1%s, "unreached": {}}' % (b"0" * 400),
    b"[" * 9000,
    said("b" * 9000),
    said("b" * 90_000),
)


@pytest.mark.parametrize("content", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_in_the_file_is_a_fault_in_clean_and_few_words(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "health.json"
    file.write_bytes(content)
    fault = fault_of(file, NOW)
    assert fault
    assert fault.isprintable()
    assert len(fault) < 500


def test_a_pipe_in_the_place_of_the_file_holds_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "health.json")
    assert "cannot be read" in str(fault_of(tmp_path / "health.json", NOW))
