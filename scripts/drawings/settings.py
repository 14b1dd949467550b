"""The settings of a file, from its model, as tables: one for each table of the file.

A setting's meaning is the docstring below it in the model.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from device.settings import DeviceSettings
from gateway.config.people import PeopleSettings
from gateway.config.settings import GatewaySettings
from police.settings import PoliceSettings

MODELS: Final[dict[str, type[BaseModel]]] = {
    "gateway.toml": GatewaySettings,
    "people.toml": PeopleSettings,
    "device.toml": DeviceSettings,
    "police.toml": PoliceSettings,
}

Table = tuple[str, type[BaseModel]]


def drawn(model: type[BaseModel]) -> str:
    """Return a heading and a table for each table of the file that `model` reads."""
    return "\n\n".join(_section(heading, table) for heading, table in tables(model))


def tables(model: type[BaseModel], path: str = "", many: bool = False) -> Iterator[Table]:
    """Yield each table of a file, with how its heading is written; the whole file has none."""
    leaves = [name for name, field in model.model_fields.items() if not _models(field.annotation)]
    if leaves:
        yield (f"[[{path}]]" if many else f"[{path}]" if path else ""), model
    for name, field in model.model_fields.items():
        inner = f"{path}.{name}" if path else name
        for each in _models(field.annotation):
            yield from tables(each, inner, _is_many(field.annotation))


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return what each setting of a table means; the nearest class that says it counts."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= dict(_said_in(each))
    return found


def _said_in(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    source = ast.parse(textwrap.dedent(inspect.getsource(model)))
    (written,) = (each for each in source.body if isinstance(each, ast.ClassDef))
    for setting, below in zip(written.body, written.body[1:], strict=False):
        match setting, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                yield name, " ".join(words.split())


def _section(heading: str, model: type[BaseModel]) -> str:
    kind = _kind(model)
    title = f"### `{heading}`{kind}" if heading else "### At the top of the file"
    first, *more = inspect.getdoc(model).split("\n\n") if model.__doc__ else [""]  # type: ignore[union-attr]
    intro = [" ".join(part.split()) for part in (first, *more)] if heading else []
    rows = ["| setting | value | default | meaning |", "| --- | --- | --- | --- |"]
    said = meanings(model)
    for name, field in model.model_fields.items():
        if not _models(field.annotation) and name != "kind":
            rows.append(f"| `{name}` | {_value(field)} | {_default(field)} | {said[name]} |")
    return "\n\n".join([title, *intro, "\n".join(rows)])


def _kind(model: type[BaseModel]) -> str:
    field = model.model_fields.get("kind")
    return f' with `kind = "{get_args(field.annotation)[0]}"`' if field else ""


def _value(field: FieldInfo) -> str:
    """What may stand there, in words."""
    least = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    words = _type(field.annotation)
    return words if least is None else f"{words}, {least} to {most}"


def _type(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(args[0])
    if origin in (Union, UnionType):
        return _type(next(each for each in args if each is not NoneType))
    if origin is Literal:
        return " or ".join(f'`"{each}"`' for each in args)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f'`"{each}"`' for each in annotation)
    if origin is tuple:
        words = _type(args[0])
        return f"list of {words}" if words.startswith("`") else f"list of {words}s"
    return {str: "text", int: "whole number", float: "number", bool: "`true` or `false`",
            Path: "path"}[annotation]  # fmt: skip


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value = field.default
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str | Path) else f"`{value:g}`"


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The tables that may stand under a name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for each in get_args(annotation) for model in _models(each)]


def _is_many(annotation: Any) -> bool:
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return get_origin(inner) is tuple
