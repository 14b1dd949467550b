"""The fields of a report, from its JSON Schema, as tables: one for each object of the document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SCHEMA: Final = Path("wire/report.schema.json")
_TYPES: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "object",
    "null": "`null`",
}

Schema = dict[str, Any]
Object = tuple[str, Schema]


def drawn() -> str:
    """Return what the schema is, and a table for each object of a report."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    intro = f"{schema['description']}\n\nThe schema's id is `{schema['$id']}`."
    tables = [_section(path, each) for path, each in objects(schema)]
    return "\n\n".join([intro, *tables, _forms(schema["$defs"])])


def objects(schema: Schema, path: str = "") -> Iterator[Object]:
    """Yield each object of the document with its path, those around it first."""
    yield path, schema
    for name, field in schema["properties"].items():
        for inner, suffix in _inner(field):
            yield from objects(inner, f"{path}.{name}{suffix}".lstrip("."))


def _inner(field: Schema) -> Iterator[tuple[Schema, str]]:
    """Yield the objects in a field; those of a list with `[]`."""
    for each in field.get("anyOf", [field]):
        if each.get("type") == "object":
            yield each, ""
        if each.get("type") == "array":
            yield from ((inner, f"[]{suffix}") for inner, suffix in _inner(each["items"]))


def _section(path: str, each: Schema) -> str:
    title = f"### `{path}`\n\n{each['description']}" if path else "### The document"
    rows = ["| field | value | meaning |", "| --- | --- | --- |"]
    for name, field in each["properties"].items():
        shown = f"`{name}`" if name in each["required"] else f"`{name}`, if there is one"
        rows.append(f"| {shown} | {_value(field)} | {field['description']} |")
    words = [_words(name, field) for name, field in each["properties"].items() if _consts(field)]
    return "\n\n".join([title, "\n".join(rows), *words])


def _value(field: Schema) -> str:
    """What may stand there, in words."""
    if "$ref" in field:
        name: str = field["$ref"].rpartition("/")[2]
        return name
    if _consts(field):
        return "one of the words below"
    if "anyOf" in field:
        return " or ".join(_value(each) for each in reversed(field["anyOf"]))
    if "enum" in field:
        return " or ".join(f"`{each}`" for each in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field["type"] == "array":
        return f"list of {_value(field['items'])}s"
    return _bounded(field)


def _bounded(field: Schema) -> str:
    words = _TYPES[field["type"]]
    least, most = field.get("minimum"), field.get("maximum")
    if most is not None:
        return f"{words}, {least} to {most}"
    return words if least is None else f"{words} from {least}"


def _consts(field: Schema) -> list[Schema]:
    return [each for each in field.get("anyOf", []) if "const" in each]


def _forms(definitions: Schema) -> str:
    rows = [f"| {name} | {each['description']} |" for name, each in definitions.items()]
    return "\n".join(["### Forms of texts", "", "| form | meaning |", "| --- | --- |", *rows])


def _words(name: str, field: Schema) -> str:
    rows = [f"| `{name}` | meaning |", "| --- | --- |"]
    rows += [f"| `{each['const']}` | {each['description']} |" for each in _consts(field)]
    return "\n".join(rows)
