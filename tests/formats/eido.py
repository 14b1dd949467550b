"""What an EIDO of ours must be, for tests: valid by the schema, and no reference dangles."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

_SCHEMA = json.loads(Path("tests/formats/eido.schema.json").read_text(encoding="utf-8"))
_VALID = jsonschema.Draft202012Validator(_SCHEMA)


def found(key: str, part: Any) -> Iterator[str]:
    """Everything that stands under `key`, however deep."""
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == key)
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from found(key, each)


def check(document: Any) -> None:
    """Fail unless `document` is an EIDO in which every `$ref` names a `$id`."""
    _VALID.validate(document)
    names = list(found("$id", document))
    assert len(names) == len(set(names))
    assert set(found("$ref", document)) <= set(names)
