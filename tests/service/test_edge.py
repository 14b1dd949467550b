"""What nobody foresaw ends a command in one line that says what and where, never in a traceback."""

import sqlite3

import pytest

from service.edge import at_the_edge


def end_with(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    @at_the_edge
    def command() -> int:
        raise error

    return command(), capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(28, "No space left on device"), 1, "this machine refused: [Errno 28] No space"),
        (sqlite3.OperationalError("unable to open database file"), 1, "this machine refused: una"),
        (TypeError("no \x1b[2J"), 1, "a fault in the program itself, please report it: TypeError"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_a_command_ends_in_one_line(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, said = end_with(error, capsys)
    assert ended == code
    assert said.startswith(words)
    assert said.count("\n") == bool(words)
    assert "Traceback" not in said
    assert said.strip().isprintable()


def test_the_line_says_where_in_our_own_code_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = end_with(ValueError("x"), capsys)
    assert "(service/edge.py:" in said
