"""The log: one line a fact on stderr, whatever a peer puts into it."""

import logging
import time
from collections.abc import Iterator

import pytest

from service.log import start_log

log = logging.getLogger("tocsin.test")


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def in_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1234")


@pytest.fixture
def at_a_terminal_in_chicago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    monkeypatch.setenv("TZ", "America/Chicago")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.split("\n")[:-1]


@pytest.mark.usefixtures("in_journal")
@pytest.mark.parametrize("hostile", ["a\nERROR forged", "\x1b[2J", "\r", "\u2028", "\x00", "\x85"])
def test_what_a_peer_sends_cannot_break_a_line(
    hostile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_log()
    log.warning("unreadable: %s", hostile)
    (line,) = lines(capsys)
    assert line.startswith("WARNING tocsin.test: unreadable: ")
    assert line.isprintable()


@pytest.mark.usefixtures("in_journal")
def test_a_line_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    start_log()
    log.warning("%s", "x" * 1_000_000)
    (line,) = lines(capsys)
    assert len(line) < 2100


@pytest.mark.usefixtures("at_a_terminal_in_chicago")
def test_a_terminal_gets_the_time_too_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    start_log()
    record = logging.LogRecord("n", logging.INFO, "", 0, "ready", None, None)
    record.created, record.msecs = 1795447377.123, 123.0
    logging.getLogger().handle(record)
    assert lines(capsys) == ["2026-11-23T15:22:57.123Z INFO n: ready"]


@pytest.mark.usefixtures("in_journal")
def test_a_fault_of_our_own_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    start_log()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        log.exception("a callback failed")
    said = lines(capsys)
    assert said[0] == "ERROR tocsin.test: a callback failed"
    assert said[-1] == "ZeroDivisionError"
