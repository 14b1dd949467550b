"""The report's schema: for any validator, however strict, and with a word for every field."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scripts.drawings.report import objects
from wire.report import SCHEMA_VERSION

PATH = Path("wire/report.schema.json")
SCHEMA = json.loads(PATH.read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)

# Keywords that say something of one type alone: a strict validator wants that type beside them.
OF_TYPE = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType"},
}
GENERAL = {"$ref", "$id", "$schema", "$defs", "title", "description", "type", "const", "enum",
           "anyOf", "minimum", "maximum"}  # fmt: skip
KNOWN = GENERAL.union(*OF_TYPE.values())
STRICT = """
const Ajv = require("ajv/dist/2020");
const [schema, good, bad] = process.argv.slice(1).map((text) => JSON.parse(text));
const valid = new Ajv({ strict: true }).compile(schema);
process.exit(valid(good) && !valid(bad) ? 0 : 1);
"""


def report(**fields: Any) -> dict[str, Any]:
    at = "2026-11-23T15:22:57.123Z"
    room = {"id": "204", "name": "Room 204", "floor": "2", "building": "Main"}
    uuid = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"
    alert = {"id": uuid, "kind": "panic", "unit": "lincoln-204", "room": room, "pressed_at": at,
             "received_at": at, "presses": 1, "answer": "none", "verified": True,
             "doubts": []}  # fmt: skip
    event = {"at": at, "what": "on-scene", "sentence": "on scene", "by": "Day"}
    site = {"id": "lincoln", "name": "Lincoln School", "address": None, "geo": None, "phone": ""}
    head = {"id": uuid, "status": "active", "opened_at": at, "summary": "PANIC Lincoln School"}
    return {"type": "incident.report", "version": 1, "schema_version": SCHEMA_VERSION,
            "mode": "live", "incident": head, "site": site, "alerts": [alert], "receipts": [],
            "pictures": [], "silent_cameras": [], "events": [event],
            "live_url": None, **fields}  # fmt: skip


def parts(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, with its path."""
    yield path, schema
    for key in ("properties", "$defs"):
        for name, each in schema.get(key, {}).items():
            yield from parts(each, f"{path}/{key}/{name}")
    for number, each in enumerate(schema.get("anyOf", [])):
        yield from parts(each, f"{path}/anyOf/{number}")
    if "items" in schema:
        yield from parts(schema["items"], f"{path}/items")


def faults(schema: Any) -> list[str]:
    """What a strict validator would not take, or a reader would miss."""
    found = []
    for path, each in parts(schema):
        found += [f"{path}: {keyword} is no keyword" for keyword in set(each) - KNOWN]
        found += [
            f"{path}: {type_} is not named"
            for type_, keywords in OF_TYPE.items()
            if keywords & set(each) and each.get("type") != type_
        ]
        undefined = set(each.get("required", ())) - set(each.get("properties", {}))
        found += [f"{path}: {name} is required and not defined" for name in undefined]
        if not each.get("description"):
            found.append(f"{path}: no description")
    return found


def test_the_schema_is_one_by_its_own_metaschema_and_holds_for_strict_validators() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert faults(SCHEMA) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"descripton": "x"}, "descripton is no keyword"),
        ({"type": ["object", "null"]}, "object is not named"),
        ({"required": ["id", "street"]}, "street is required and not defined"),
        ({"description": ""}, "no description"),
    ],
)
def test_what_a_strict_validator_would_not_take_is_seen(change: Any, fault: str) -> None:
    spoilt = deepcopy(SCHEMA)
    spoilt["properties"]["site"] |= change
    assert faults(spoilt) == [f"#/properties/site: {fault}"]


def test_ajv_compiles_it_in_strict_mode_and_judges_as_we_do(tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("there is no node and npm on this machine")
    get = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(tmp_path), "ajv@8.17.1"]
    if subprocess.run(get, capture_output=True, timeout=100).returncode:
        pytest.skip("ajv cannot be had from npm on this machine")
    documents = [json.dumps(each) for each in (SCHEMA, report(), report(alerts=[]))]
    subprocess.run([node, "-e", STRICT, *documents], check=True, cwd=tmp_path, timeout=60)


def test_its_id_bears_the_first_number_of_what_each_report_says_of_its_form() -> None:
    first, _, second = SCHEMA_VERSION.partition(".")
    assert SCHEMA["$id"] == f"urn:tocsin:schema:report:{first}"
    assert second.isdecimal()


@pytest.mark.parametrize(
    ("fields", "good"),
    [
        ({}, True),
        ({"schema_version": "1.12", "added_later": {}}, True),
        ({"schema_version": "2.0"}, False),
        ({"schema_version": 1}, False),
        ({"live_url": "https://school.example/i/1"}, True),
        ({"live_url": "javascript:alert(1)"}, False),
    ],
)
def test_a_report_of_a_later_second_number_is_valid_and_of_another_first_is_not(
    fields: dict[str, Any], good: bool
) -> None:
    assert VALID.is_valid(report(**fields)) == good


def test_a_word_that_was_added_later_is_no_reason_to_refuse_a_report() -> None:
    (event,) = report()["events"]
    assert VALID.is_valid(report(events=[{**event, "what": "seen-here"}]))
    assert not VALID.is_valid(report(events=[{**event, "what": "seen here"}]))


def test_the_page_shows_every_field_of_every_object() -> None:
    page = Path("docs/report.md").read_text(encoding="utf-8")
    for path, each in objects(SCHEMA):
        part = page.partition(f"### `{path}`" if path else "### The document")[2]
        rows = part.partition("\n### ")[0]
        for name, field in each["properties"].items():
            assert f"| `{name}`" in rows
            assert field["description"] in rows
