"""`--press ROOM --json`: one press on the production path, and a true result."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.simulator.running import COMMAND
from tests.waiting import patience

WIRE = Path(__file__).resolve().parents[2] / "wire"
LADDER = ["PRESSED", "STORED", "RECEIVED", "DELIVERED", "ACKNOWLEDGED", "CLOSED"]


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    done = subprocess.run(
        [COMMAND, "--press", "204", "--json"], capture_output=True, text=True, timeout=patience(90)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_police_gave_their_receipt_and_the_lamp_says_so(result: dict[str, Any]) -> None:
    assert result["room"] == "204"
    assert "DELIVERED" in result["stages"]
    assert result["lamp"] == "solid"


def test_the_stages_were_reached_in_order(result: dict[str, Any]) -> None:
    names, moments = list(result["stages"]), list(result["stages"].values())
    assert names == sorted(names, key=LADDER.index)
    assert all(a <= b for a, b in pairwise(moments))
    assert {"PRESSED", "RECEIVED", "DELIVERED"} <= set(names)


def test_a_picture_is_attached(result: dict[str, Any]) -> None:
    assert result["pictures"] >= 1


def test_the_report_is_what_the_schema_says_and_holds_the_alert(result: dict[str, Any]) -> None:
    schema = json.loads((WIRE / "report.schema.json").read_text())
    jsonschema.validate(result["report"], schema)
    assert result["report"]["incident"]["id"] == result["incident"]
    assert [alert["id"] for alert in result["report"]["alerts"]] == [result["alert"]]


def test_a_room_that_does_not_exist_is_refused_before_anything_starts() -> None:
    done = subprocess.run(
        [COMMAND, "--press", "999"], capture_output=True, text=True, timeout=patience(30)
    )
    assert done.returncode == 2
    assert "'999'" in done.stderr
    assert "ready" not in done.stderr
