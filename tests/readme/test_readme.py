"""The README's commands do what it says, as they are written there."""

import json
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path

import jsonschema
import pytest

from tests.waiting import patience, until

README = Path("README.md").read_text(encoding="utf-8")
SCHEMA = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))
COMMANDS = re.findall(r"(?m)^    (scripts/\S.*)$", README)


def test_the_readme_has_its_two_commands_and_they_can_be_run() -> None:
    assert COMMANDS == ["scripts/demo", "scripts/test"]
    assert all(os.access(command, os.X_OK) for command in COMMANDS)


@pytest.mark.skipif(shutil.which("mosquitto", path="/usr/sbin") is None, reason="no mosquitto here")
def test_the_demo_prints_a_page_that_opens_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("wb") as out:
        demo = subprocess.Popen([COMMANDS[0]], stdout=out, stderr=subprocess.STDOUT)
    try:
        (page, *_) = until(lambda: re.findall(r"http://\S+", said.read_text()), within=60)
        with urllib.request.urlopen(page, timeout=patience(10)) as answer:
            assert b"<!doctype html" in answer.read().lower()
    finally:
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=patience(15)) == 0, said.read_text()


def test_one_press_prints_its_result_as_a_line_of_json() -> None:
    command = "scripts/demo --press 204 --json"
    assert command in README
    done = subprocess.run(command.split(), capture_output=True, text=True, timeout=patience(90))
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    result = json.loads(line)
    assert (result["room"], result["lamp"]) == ("204", "solid")
    assert result["pictures"] >= 1
    assert list(result["stages"].values()) == sorted(result["stages"].values())
    assert {"PRESSED", "RECEIVED", "DELIVERED"} <= result["stages"].keys()
    jsonschema.Draft202012Validator(SCHEMA).validate(result["report"])


def test_every_file_that_the_readme_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not Path(target).exists()] == []


def test_every_command_in_the_readme_exists() -> None:
    for program, command in re.findall(
        r"(tocsin-(?:device|gateway|police)) (?!tocsin-)([a-z][a-z-]*)", README
    ):
        package = program.removeprefix("tocsin-")
        places = [
            *Path(package).rglob("command_table.py"),
            *Path(package).rglob("commands.py"),
        ]
        assert any(f'"{command}"' in place.read_text(encoding="utf-8") for place in places)


def test_the_diagrams_show_what_the_code_says() -> None:
    assert subprocess.run(["scripts/draw", "--check"]).returncode == 0
