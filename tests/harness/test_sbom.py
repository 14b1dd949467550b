"""The list of parts that a release carries is made from the pins."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


@pytest.fixture(scope="module")
def bill() -> Any:
    said = subprocess.run([sys.executable, "scripts/sbom"], capture_output=True, check=True).stdout
    return json.loads(said)


def test_every_pin_is_a_part_and_no_other(bill: Any) -> None:
    lines = Path("constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {tuple(line.split()[0].split("==")) for line in lines if "==" in line}
    named = {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in pins}
    assert {(each["name"], each["version"]) for each in bill["components"]} == named


def test_it_is_what_the_published_schema_asks_for(bill: Any) -> None:
    schema = JsonStrictValidator(SchemaVersion.V1_6)
    assert schema.validate_str(json.dumps(bill)) is None
    bill = {**bill, "components": [{**bill["components"][0], "scope": "perhaps"}]}
    assert schema.validate_str(json.dumps(bill)) is not None


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


def test_what_an_installation_holds_is_no_part_that_is_left_out(bill: Any) -> None:
    scopes = {each["name"]: each["scope"] for each in bill["components"]}
    for use in ("unit", "gateway", "receiver", "eido", "cap", "video", "passkeys"):
        lines = Path(f"requirements/{use}.txt").read_text(encoding="utf-8").splitlines()
        names = {line.split("==")[0] for line in lines if "==" in line and "hash" not in line}
        left_out = {name for name in names if scopes[name] == "excluded"}
        assert left_out <= {"setuptools"}, use  # it makes the wheel, and is part of none
