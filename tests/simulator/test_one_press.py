"""`--press ROOM --json`: one press on the real road, and a story that is true."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.simulator.running import COMMAND

WIRE = Path(__file__).resolve().parents[2] / "wire"
LADDER = ["PRESSED", "HELD", "RECEIVED", "SENT", "CONFIRMED", "CLOSED"]


@pytest.fixture(scope="module")
def story() -> dict[str, Any]:
    done = subprocess.run(
        [COMMAND, "--press", "204", "--json"], capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_police_gave_their_receipt_and_the_lamp_says_so(story: dict[str, Any]) -> None:
    assert story["room"] == "204"
    assert "SENT" in story["stages"]
    assert story["lamp"] == "solid"


def test_the_stages_were_climbed_in_order(story: dict[str, Any]) -> None:
    names, moments = list(story["stages"]), list(story["stages"].values())
    assert names == sorted(names, key=LADDER.index)
    assert all(a <= b for a, b in pairwise(moments))
    assert {"PRESSED", "RECEIVED", "SENT"} <= set(names)


def test_a_picture_is_attached(story: dict[str, Any]) -> None:
    assert story["pictures"] >= 1


def test_the_report_is_what_the_schema_says_and_holds_the_alert(story: dict[str, Any]) -> None:
    schema = json.loads((WIRE / "report.schema.json").read_text())
    jsonschema.validate(story["report"], schema)
    assert story["report"]["incident"]["id"] == story["incident"]
    assert [alert["id"] for alert in story["report"]["alerts"]] == [story["alert"]]


def test_a_room_that_does_not_exist_is_refused_before_anything_starts() -> None:
    done = subprocess.run([COMMAND, "--press", "999"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "'999'" in done.stderr
    assert "ready" not in done.stderr
