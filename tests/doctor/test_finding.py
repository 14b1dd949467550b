"""What a person, and what a program, reads at the end of a check-up."""

import json

from service.doctor.finding import as_json, as_text, exit_code, good, problem, skipped
from service.exits import GOOD, PROBLEM

WELL = [good("clock", "set"), skipped("watchdog", "none here")]
ILL = [*WELL, problem("disk", "full\x1b[2J", "make room")]


def test_one_problem_is_the_exit_code_and_what_is_skipped_is_none() -> None:
    assert exit_code(WELL) == GOOD
    assert exit_code(ILL) == PROBLEM


def test_each_problem_is_told_with_what_to_do_about_it() -> None:
    *lines, last = as_text(ILL).splitlines()
    assert lines[2].startswith("PROBLEM")
    assert lines[3].endswith("-> make room")
    assert last == "1 problem in 3 checks"


def test_what_was_seen_cannot_command_the_terminal() -> None:
    assert "\x1b" not in as_text(ILL)


def test_a_program_is_told_the_same() -> None:
    told = json.loads(as_json(ILL))
    assert told["problems"] == 1
    assert [each["verdict"] for each in told["findings"]] == ["good", "skipped", "problem"]
