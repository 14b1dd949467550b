"""Translates pydantic's errors for a person: line, setting, and what is wrong.

An unknown setting is reported with the nearest known one; a value is shown, a secret never.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel, Tag, ValidationError

from service.renamed import new_name_of
from service.setting_words import words_for
from service.toml_positions import Path as Place
from service.toml_positions import line_of
from wire.clean import clean

KIND: Final = "kind:"
"""How the tag of each branch begins where one table may be of several kinds."""

# What stands under such a name is never shown: it may be the secret itself, put there by mistake.
SECRET: Final = re.compile("secret|password|carrier")
_LOGIN: Final = re.compile(r"://[^/]*@")


class Told(NamedTuple):
    """One fault: its line, None for the whole file, the setting, and what is wrong with it."""

    line: int | None
    where: str
    problem: str


def faults_in(
    error: ValidationError, places: Mapping[Place, int], model: type[BaseModel]
) -> list[Told]:
    """One fault for each place, in the order of the file."""
    found: dict[Place, Told] = {}
    for each in error.errors(include_url=False):
        path = _place(each["loc"], each["type"] == "extra_forbidden")
        problem = _problem(dict(each), path, model)
        found.setdefault(path, Told(line_of(places, path), _dotted(path), problem))
    for path in list(found):
        if path and (new := new_name_of(path)):
            found.pop((*path[:-1], new), None)  # missing only because it bears its old name
    # pydantic also calls a list too short whose only entry has a fault.
    around = {path[:length] for path in found for length in range(len(path))}
    faults = [fault for path, fault in found.items() if not path or path not in around]
    return sorted(faults, key=lambda fault: fault.line or 0)


def _place(loc: Place, whole: bool) -> Place:
    """Where in the file: pydantic's path without the branches of a union it tried there.

    `whole`: the last part is a name in the file, whatever it looks like.
    """
    named = loc if whole else takewhile(lambda part: isinstance(part, int) or "[" not in part, loc)
    return tuple(part for part in named if not _is_kind(part))


def _is_kind(part: object) -> bool:
    return isinstance(part, str) and part.startswith(KIND)


def _dotted(path: Place) -> str:
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return clean(shown.lstrip("."))


def _problem(error: dict[str, Any], path: Place, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        near = new_name_of(path) or _nearest(str(path[-1]), _names_at(error["loc"][:-1], model))
        return "unknown setting" + (f'; did you mean "{near}"?' if near else "")
    text = words_for(error, str(path[-1]) if path else "")
    found = error["input"]
    if error["type"] == "missing":
        return text
    if isinstance(found, str | int | float | bool) and not _is_secret(found, path):
        return f"{text} (found {clean(repr(found), 80)})"
    return text


def _nearest(name: str, known: Sequence[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _is_secret(found: object, path: Place) -> bool:
    return bool(SECRET.search(_dotted(path)) or _LOGIN.search(str(found)))


def _names_at(loc: Place, model: type[BaseModel]) -> list[str]:
    """The settings known in the table at `loc`, a path of pydantic's."""
    here: Any = model
    for part in loc:
        if _is_kind(part):
            here = _branch(here, str(part))
        elif isinstance(part, str):
            table = _model_in(here)
            field = table.model_fields.get(part) if table else None
            here = field.annotation if field else None
    table = _model_in(here)
    return list(table.model_fields) if table else []


def _branch(annotation: Any, tag: str) -> Any:
    """The branch of a union that bears a tag."""
    if Tag(tag) in getattr(annotation, "__metadata__", ()):
        return annotation
    branches = (_branch(arg, tag) for arg in get_args(annotation))
    return next((found for found in branches if found is not None), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for arg in get_args(annotation) if (m := _model_in(arg))), None)
