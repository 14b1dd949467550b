"""The list of parts that a release carries is made from the pins."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def bill() -> Any:
    said = subprocess.run([sys.executable, "scripts/sbom"], capture_output=True, check=True).stdout
    return json.loads(said)


def test_every_pin_is_a_part_and_no_other(bill: Any) -> None:
    lines = Path("constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {tuple(line.split()[0].split("==")) for line in lines if "==" in line}
    named = {(name.lower().replace("_", "-"), version) for name, version in pins}
    assert {(each["name"], each["version"]) for each in bill["components"]} == named


def test_what_a_school_gets_is_told_from_what_only_tests_need(bill: Any) -> None:
    scopes = {each["name"]: each["scope"] for each in bill["components"]}
    assert scopes["cryptography"] == scopes["cffi"] == "required"
    assert scopes["pillow"] == "optional"
    assert scopes["pytest"] == scopes["mypy"] == "excluded"


def test_every_part_that_is_named_is_in_the_list(bill: Any) -> None:
    parts = {each["bom-ref"] for each in bill["components"]}
    asked = {part for each in bill["dependencies"] for part in each["dependsOn"]}
    assert asked <= parts
    assert any("cryptography" in part for part in asked)
