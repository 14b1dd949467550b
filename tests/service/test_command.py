"""A program's commands are a table, and an old name is answered with the one it has now."""

import argparse

import pytest

from service import exits
from service.command import Command, argument, run_command

SEEN: list[argparse.Namespace] = []


def note(options: argparse.Namespace) -> int:
    SEEN.append(options)
    return 7


TABLE = [Command("weigh", "weigh something", note, [argument("--what", required=True)])]


def test_the_command_that_is_named_runs_with_its_arguments() -> None:
    assert run_command("tool", None, TABLE, ["weigh", "--what", "a cat"]) == 7
    assert SEEN.pop().what == "a cat"


def test_an_old_name_is_told_with_the_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command("tool", None, TABLE, ["heft", "--what", "x"], {"heft": "weigh"})
    assert code == exits.USAGE
    assert capsys.readouterr().err == "tool heft: did you mean `tool weigh`?\n"


def test_every_program_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        run_command("tool", None, TABLE, ["--version"])
    assert capsys.readouterr().out.startswith("tocsin ")
